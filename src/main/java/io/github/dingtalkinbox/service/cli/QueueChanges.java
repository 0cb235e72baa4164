package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Result;
import io.github.dingtalkinbox.service.operations.QueueOperations;
import io.github.dingtalkinbox.service.operations.QueueSelection;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Changes each of the selected events in a transaction of its own, and prints the result. */
final class QueueChanges {
    private final PrintWriter out;
    private final Map<String, Result> results = new LinkedHashMap<>();

    QueueChanges(PrintWriter out) {
        this.out = out;
    }

    static QueueOperations operations(DataSource dataSource) {
        return new QueueOperations(dataSource, new JdbcTransactionManager(dataSource));
    }

    void each(QueueSelection selection, QueueOperations operations, Function<String, OperatorOutcome> change) {
        operations.each(selection, eventId -> note(eventId, change.apply(eventId)));
    }

    /** Changes one event; this result replaces an earlier one. */
    void settle(String eventId, Callable<OperatorOutcome> change) throws Exception {
        note(eventId, change.call());
    }

    private void note(String eventId, OperatorOutcome settlement) {
        out.println(Printable.line(eventId) + "  " + settlement.text());
        results.put(eventId, settlement.result());
    }

    /** The events that were not changed because they are processed. */
    List<String> processed() {
        return results.entrySet().stream()
                .filter(e -> e.getValue() == Result.PROCESSED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Prints how many were changed.
     *
     * @param done what was done, in a word
     * @return the exit code
     */
    int end(String done) {
        if (results.isEmpty()) {
            out.println("No queued event matches.");
            return 0;
        }
        long successes = results.values().stream().filter(r -> r == Result.DONE).count();
        long others = results.size() - successes;
        out.println(done + ": " + successes + (others == 0 ? "" : ", left alone: " + others));
        return others == 0 ? 0 : 1;
    }
}
