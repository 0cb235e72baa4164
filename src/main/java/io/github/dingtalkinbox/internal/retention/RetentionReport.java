package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.text.Message;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the cleanup has removed, or would remove.
 *
 * @param causes what kept it from removing all that was due
 */
public record RetentionReport(CleanupOutcome outcome, List<Removal> removals, List<Message> causes) {
    public RetentionReport {
        removals = List.copyOf(removals);
        causes = List.copyOf(causes);
    }

    /** What kept it from removing all that was due, each with what to do about it: in English. */
    public List<String> problems() {
        return causes.stream().map(Message::text).toList();
    }

    /** Rows of all tables together. */
    public long rows() {
        return removals.stream().mapToLong(Removal::rows).sum();
    }

    /**
     * Rows of one day.
     *
     * @param eventType empty where the table knows none
     * @param day in UTC
     * @param archive name of the file that has them; null: none
     */
    public record Removal(
            String table,
            String eventType,
            LocalDate day,
            long rows,
            @Nullable String archive) {}

    /** How a run came to its end. */
    public enum CleanupOutcome {
        /** Nothing is left that was due. */
        COMPLETED,
        /** Something was left, and will be until an operator acts. */
        REFUSED,
        /** It was told to stop; the next run goes on. */
        STOPPED,
        /** Something went wrong; the next run goes on. */
        FAILED,
        /** It did not begin, because another one runs. */
        BUSY
    }
}
