/** The Stream entrance: connections to DingTalk's gateway, frames, receiver, acknowledgements. */
@NullMarked
package io.github.dingtalkinbox.internal.stream;

import org.jspecify.annotations.NullMarked;
