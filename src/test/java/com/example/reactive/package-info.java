/** An application without servlets. */
@NullMarked
package com.example.reactive;

import org.jspecify.annotations.NullMarked;
