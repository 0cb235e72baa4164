package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.text.Message;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the cleanup removed, or would remove.
 *
 * @param causes why something that was due is left
 */
public record RetentionReport(CleanupOutcome outcome, List<Removal> removals, List<Message> causes) {
    public RetentionReport {
        removals = List.copyOf(removals);
        causes = List.copyOf(causes);
    }

    /** Why something that was due is left, each with what to do about it, in English. */
    public List<String> problems() {
        return causes.stream().map(Message::text).toList();
    }

    public long rows() {
        return removals.stream().mapToLong(Removal::rows).sum();
    }

    /**
     * Rows of one day.
     *
     * @param eventType empty if the table has no types
     * @param day in UTC
     * @param archive name of the file that has them; null: none
     */
    public record Removal(
            String table,
            String eventType,
            LocalDate day,
            long rows,
            @Nullable String archive) {}

    /** How a run ended. */
    public enum CleanupOutcome {
        /** Nothing that was due is left. */
        COMPLETED,
        /** Something stays until an operator acts. */
        REFUSED,
        /** It was told to stop; the next run goes on. */
        STOPPED,
        /** Something failed; the next run goes on. */
        FAILED,
        /** It did not start, because another one is running. */
        BUSY
    }
}
