/** The vocabulary: what an event is, which identity it has, and the one interface that a user implements. */
@NullMarked
package io.github.dingtalkinbox.event;

import org.jspecify.annotations.NullMarked;
