/** What a start refuses, and how it says so: one explanation and one action. */
@NullMarked
package io.github.dingtalkinbox.internal.start;

import org.jspecify.annotations.NullMarked;
