package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.CleanupListener.Refusal;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keeps a run from removing everything that is due. For one thread. */
final class CleanupFindings {
    private static final Map<String, Rule> BY_STATE = Map.of(
            "IN001", new Rule(Refusal.TOO_SHORT, "problem.advice.keep-longer"),
            "IN002", new Rule(Refusal.NOT_SEALED, "problem.advice.after-the-seal"),
            "IN003", new Rule(Refusal.CHANGED, "problem.advice.changed"),
            "IN004", new Rule(Refusal.QUEUED, "problem.advice.queued"),
            "IN006", new Rule(Refusal.NOT_ARCHIVED, "problem.advice.not-archived"),
            "IN008", new Rule(Refusal.HELD, "problem.advice.held"));
    private static final Rule UNFORESEEN = new Rule(Refusal.CHANGED, "problem.advice.report");

    private final CleanupListener listener;
    private final List<Message> problems = new ArrayList<>();
    private boolean hasFailed;

    CleanupFindings(CleanupListener listener) {
        this.listener = listener;
    }

    /** Something stays until an operator acts. */
    void refused(Refusal refusal, Message problem) {
        problems.add(problem);
        listener.refused(refusal);
    }

    /** A function of the database refused something. Its SQLSTATE says why. */
    void refused(DueDay due, String state, String message) {
        Rule rule = BY_STATE.getOrDefault(state, UNFORESEEN);
        String day = due.day().toString();
        Message advice = Message.of(rule.advice());
        refused(
                rule.refusal(),
                Message.of("problem.day-stays", due.table().table(), day, due.types(), message, advice));
    }

    /** What the seals say, by event type. */
    void changed(DueDay due, Map<String, Message> wrong) {
        wrong.forEach((type, difference) -> refused(
                Refusal.CHANGED,
                Message.of(
                        "problem.day-stays",
                        due.table().table(),
                        due.day().toString(),
                        List.of(type),
                        difference,
                        Message.of("problem.advice.changed"))));
    }

    /** Something is left for the next run to try again. */
    void failed(Message problem) {
        problems.add(problem);
        hasFailed = true;
    }

    CleanupOutcome outcome() {
        if (hasFailed) {
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

    /** A refusal, and the key of the advice to an operator. */
    private record Rule(Refusal refusal, String advice) {}
}
