/** An application with migrations of its own. */
@NullMarked
package com.example.migrated;

import org.jspecify.annotations.NullMarked;
