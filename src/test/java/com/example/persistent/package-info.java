/** An application with JPA. */
@NullMarked
package com.example.persistent;

import org.jspecify.annotations.NullMarked;
