package io.github.dingtalkinbox.service.simulator;

import java.time.Duration;

/**
 * What is wrong with a reply.
 *
 * @param reason one of a few, so that they can be counted
 */
record RefusedReply(String reason, String detail) {
    static RefusedReply noneWithin(Duration timeout) {
        return new RefusedReply("No answer within " + timeout.toMillis() + " ms", "DingTalk would deliver it again");
    }
}
