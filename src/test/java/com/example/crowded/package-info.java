/** An application with beans of its own of the types, and by the names, that a library might want. */
@NullMarked
package com.example.crowded;

import org.jspecify.annotations.NullMarked;
