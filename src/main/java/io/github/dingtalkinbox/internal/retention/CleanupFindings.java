package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.CleanupListener.Refusal;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keeps a run from removing all that is due. For one thread. */
final class CleanupFindings {
    private final CleanupListener listener;
    private final List<Message> problems = new ArrayList<>();
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    CleanupFindings(CleanupListener listener) {
        this.listener = listener;
    }

    /** Something is left until somebody acts. */
    void refused(Refusal refusal, Message problem) {
        problems.add(problem);
        listener.refused(refusal);
    }

    /** Something is left that the next run will try again. */
    void failed(Message problem) {
        problems.add(problem);
        hasFailed.set(true);
    }

    CleanupOutcome outcome() {
        if (hasFailed.get()) {
            return CleanupOutcome.FAILED;
        }
        return problems.isEmpty() ? CleanupOutcome.COMPLETED : CleanupOutcome.REFUSED;
    }

    List<Message> problems() {
        return List.copyOf(problems);
    }

    @Nullable
    String text() {
        return problems.isEmpty() ? null : problems.stream().map(Message::text).collect(Collectors.joining("\n"));
    }

    static Refusal kind(String state) {
        return switch (state) {
            case "IN001" -> Refusal.TOO_SHORT;
            case "IN002" -> Refusal.NOT_SEALED;
            case "IN004" -> Refusal.QUEUED;
            case "IN006" -> Refusal.NOT_ARCHIVED;
            default -> Refusal.CHANGED;
        };
    }

    /** What to do about a refusal of one of the functions. */
    static Message refusal(String state, DueDay due, String message) {
        Message advice = Message.of(
                switch (state) {
                    case "IN001" -> "problem.advice.keep-longer";
                    case "IN002" -> "problem.advice.after-the-seal";
                    case "IN003" -> "problem.advice.changed";
                    case "IN004" -> "problem.advice.queued";
                    case "IN006" -> "problem.advice.not-archived";
                    default -> "problem.advice.report";
                });
        return Message.of("problem.day-stays", due.table().table(), due.day().toString(), due.types(), message, advice);
    }
}
