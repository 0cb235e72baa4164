package io.github.dingtalkinbox.internal.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an entrance knows of an event besides its payload: from the headers of a Stream frame, or from an entry in the
 * list of failed callbacks.
 *
 * @param eventType DingTalk's {@code eventType} or {@code call_back_tag}
 * @param eventId null if the entrance has none
 * @param corpId null if the entrance has none: then the payload may name it
 * @param occurredAt null if the entrance has none: then the payload may name it
 */
public record Metadata(
        String eventType,
        @Nullable String eventId,
        @Nullable String corpId,
        @Nullable Instant occurredAt) {}
