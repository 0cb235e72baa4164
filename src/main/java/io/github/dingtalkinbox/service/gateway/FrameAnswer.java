package io.github.dingtalkinbox.service.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the client answered to a frame.
 *
 * @param messageId of the frame
 * @param connection number of the connection
 * @param text as it came
 * @param status {@code SUCCESS} or {@code LATER} for an event, else empty
 * @param fault what is wrong with it; null: nothing
 * @param time since the frame was handed to the connection
 */
public record FrameAnswer(
        String messageId,
        int connection,
        String text,
        String status,
        @Nullable String fault,
        Duration time) {
    static final String SUCCESS = "SUCCESS";
    static final String LATER = "LATER";

    public boolean isSuccess() {
        return fault == null && status.equals(SUCCESS);
    }

    public boolean isLater() {
        return fault == null && status.equals(LATER);
    }
}
