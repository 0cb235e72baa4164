/** Plays DingTalk: sends signed and encrypted events, also twice, and checks the replies. */
@NullMarked
package io.github.dingtalkinbox.service.simulator;

import org.jspecify.annotations.NullMarked;
