/** Pulls the callbacks that DingTalk could not deliver, and receives them like any other delivery. */
@NullMarked
package io.github.dingtalkinbox.internal.recovery;

import org.jspecify.annotations.NullMarked;
