/** Plays DingTalk's Stream gateway, well or badly: the open call, the WebSocket, frames, and checks of the answers. */
@NullMarked
package io.github.dingtalkinbox.service.gateway;

import org.jspecify.annotations.NullMarked;
