/** Exactly once: the event is recorded and its handlers run in one transaction. */
@NullMarked
package io.github.dingtalkinbox.inbox;

import org.jspecify.annotations.NullMarked;
