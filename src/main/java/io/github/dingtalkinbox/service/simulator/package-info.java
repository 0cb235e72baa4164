/** Plays DingTalk: delivers events over HTTP or Stream, also twice, and checks the replies. */
@NullMarked
package io.github.dingtalkinbox.service.simulator;

import org.jspecify.annotations.NullMarked;
