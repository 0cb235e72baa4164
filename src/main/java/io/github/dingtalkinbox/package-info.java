/** The types that an application uses. Everything in {@code internal} and {@code service} may change at any time. */
@NullMarked
package io.github.dingtalkinbox;

import org.jspecify.annotations.NullMarked;
