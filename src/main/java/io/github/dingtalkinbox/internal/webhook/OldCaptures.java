package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.identity.LogMemory;
import io.github.dingtalkinbox.internal.webhook.TimestampListener.TimestampFinding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses callbacks that were signed so long ago that the log may have forgotten their events: whoever captured one could
 * have it take effect again. DingTalk itself gives up after 40 s.
 *
 * <p>Safe for use by many threads.
 */
final class OldCaptures {
    /** For what is known by its content alone: the same content is a new event after a while, whatever the log remembers. */
    static final Duration LONGEST_BY_CONTENT = Duration.ofHours(1);

    private static final Duration MARGIN = Duration.ofDays(1);
    private static final Pattern SECONDS = Pattern.compile("\\d{10}");
    private static final Pattern MILLISECONDS = Pattern.compile("\\d{13}");

    private final @Nullable Duration longest;
    private final TimestampListener listener;

    OldCaptures(LogMemory memory, TimestampListener listener) {
        Duration shortest = memory.shortest();
        this.longest = shortest == null ? null : longer(shortest.minus(MARGIN), LONGEST_BY_CONTENT);
        this.listener = listener;
    }

    /**
     * Requires that the callback was signed recently.
     *
     * @throws Refused if it was not
     */
    void refuse(Envelope envelope, List<Event> events, Instant now) {
        Instant signed = time(envelope.timestamp());
        if (signed == null) {
            listener.found(TimestampFinding.UNREADABLE);
            return;
        }
        boolean byContent = events.stream().anyMatch(event -> event.identity().window() != null);
        Duration limit = byContent ? LONGEST_BY_CONTENT : longest;
        if (limit != null && signed.isBefore(now.minus(limit))) {
            listener.found(TimestampFinding.TOO_OLD);
            throw new Refused(
                    CallbackProblem.NOT_AUTHENTIC,
                    "It was signed at " + signed + ", more than " + limit.toHours() + " h ago: it was captured and sent"
                            + " again, or the clock of this machine is wrong");
        }
    }

    private static @Nullable Instant time(String timestamp) {
        if (MILLISECONDS.matcher(timestamp).matches()) {
            return Instant.ofEpochMilli(Long.parseLong(timestamp));
        }
        return SECONDS.matcher(timestamp).matches() ? Instant.ofEpochSecond(Long.parseLong(timestamp)) : null;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
