package io.github.dingtalkinbox.service.gateway;

import java.time.Duration;

/**
 * How a frame is sent again until it is answered {@code SUCCESS}. DingTalk documents neither the pauses nor how often.
 *
 * @param limit after which a delivery counts as not answered; DingTalk waits 3 s
 * @param pause from there, or from the answer {@code LATER}, to the next delivery
 * @param times how often it is sent again at most
 * @param sameMessageId whether the next delivery has the {@code messageId} of the first
 */
public record Redelivery(Duration limit, Duration pause, int times, boolean sameMessageId) {
    /** How long DingTalk waits for the answer to an event ("appendix-b", 2026-04-29). */
    public static final Duration DINGTALK_LIMIT = Duration.ofSeconds(3);
}
