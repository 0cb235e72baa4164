/** Problems that end a start, each with one explanation and one action. */
@NullMarked
package io.github.dingtalkinbox.internal.start;

import org.jspecify.annotations.NullMarked;
