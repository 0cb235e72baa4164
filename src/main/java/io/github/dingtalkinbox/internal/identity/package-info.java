/** Reads an event from what DingTalk sent, and derives what identifies it. */
@NullMarked
package io.github.dingtalkinbox.internal.identity;

import org.jspecify.annotations.NullMarked;
