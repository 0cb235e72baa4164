package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.CleanupListener.Refusal;
import io.github.dingtalkinbox.internal.retention.DueDays.Unsealed;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keeps a run from removing all that is due. For one thread. */
final class Findings {
    private final CleanupListener listener;
    private final List<Problem> problems = new ArrayList<>();
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    Findings(CleanupListener listener) {
        this.listener = listener;
    }

    /** Something is left until somebody acts. */
    void refused(Refusal refusal, Problem problem) {
        problems.add(problem);
        listener.refused(refusal);
    }

    /** Something is left that the next run will try again. */
    void failed(Problem problem) {
        problems.add(problem);
        hasFailed.set(true);
    }

    Outcome outcome() {
        if (hasFailed.get()) {
            return Outcome.FAILED;
        }
        return problems.isEmpty() ? Outcome.COMPLETED : Outcome.REFUSED;
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    @Nullable
    String text() {
        return problems.isEmpty() ? null : problems.stream().map(Problem::text).collect(Collectors.joining("\n"));
    }

    static Problem unsealed(Unsealed unsealed) {
        return Problem.of(
                unsealed.hasSeals() ? Problem.Kind.NOT_SEALED_SO_FAR : Problem.Kind.NOT_SEALED, unsealed.from());
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
    static Problem refusal(String state, DueDay due, String message) {
        String day = due.table().table() + " of " + due.day() + " " + due.types() + " stay: " + message + ". ";
        return Problem.ofDay(day
                + switch (state) {
                    case "IN001" -> "The largest gap or window has grown meanwhile; keep them longer.";
                    case "IN002" -> "\"audit verify --seals\" says which rows came after the seal.";
                    case "IN003" ->
                        "Somebody has added or removed events: \"audit verify --seals\" says which hour; if you know"
                                + " why, remove that day by hand.";
                    case "IN004" ->
                        "Replay it (queue replay <id>): it will be dropped from the queue, and the next run goes on.";
                    case "IN006" -> "Nothing of the batch was removed; the next run archives what is there.";
                    default -> "Please report this.";
                });
    }
}
