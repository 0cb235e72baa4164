package io.github.dingtalkinbox.internal.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an entrance knows of an event beside its payload: the headers of a Stream frame, or the frame of an entry in the
 * list of failed callbacks.
 *
 * @param eventType DingTalk's {@code eventType} or {@code call_back_tag}
 * @param eventId null where the entrance has none
 * @param corpId null where the entrance has none: then the payload may name it
 * @param occurredAt null where the entrance does not say: then the payload may
 */
public record Metadata(
        String eventType,
        @Nullable String eventId,
        @Nullable String corpId,
        @Nullable Instant occurredAt) {}
