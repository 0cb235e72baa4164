package io.github.dingtalkinbox.cli;

import io.github.dingtalkinbox.queue.Operations;
import io.github.dingtalkinbox.queue.QueuePosition;
import io.github.dingtalkinbox.queue.QueueSelection;
import io.github.dingtalkinbox.queue.QueuedEntry;
import io.github.dingtalkinbox.queue.Settlement;
import io.github.dingtalkinbox.queue.Settlement.Result;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Does something with each of the selected events, in a transaction for each, and says what came of it. */
final class QueueChanges {
    private static final int PAGE = 500;

    private final PrintWriter out;
    private final Map<String, Result> results = new LinkedHashMap<>();

    QueueChanges(PrintWriter out) {
        this.out = out;
    }

    static Operations operations(DataSource dataSource) {
        return new Operations(dataSource, new JdbcTransactionManager(dataSource));
    }

    /** Ids alone are tried one by one, queued or not, so that it is said what is wrong with each. */
    void each(QueueSelection selection, Operations operations, Function<String, Settlement> change) throws Exception {
        if (!selection.eventIds().isEmpty() && isOnlyIds(selection)) {
            for (String eventId : selection.eventIds()) {
                settle(eventId, () -> change.apply(eventId));
            }
            return;
        }
        QueuePosition position = null;
        List<QueuedEntry> page;
        do {
            page = operations.list(selection, PAGE, position);
            for (QueuedEntry entry : page) {
                settle(entry.eventId(), () -> change.apply(entry.eventId()));
                position = QueuePosition.of(entry);
            }
        } while (page.size() == PAGE);
    }

    private static boolean isOnlyIds(QueueSelection selection) {
        return selection.type() == null && selection.from() == null && selection.to() == null;
    }

    /** Does something with one event; what came of it counts, and not what came of it before. */
    void settle(String eventId, Callable<Settlement> change) throws Exception {
        Settlement settlement = change.call();
        out.println(Printable.line(eventId) + "  " + Printable.line(settlement.text()));
        results.put(eventId, settlement.result());
    }

    /** The events that were left alone because they are not queued, but processed. */
    List<String> processed() {
        return results.entrySet().stream()
                .filter(e -> e.getValue() == Result.PROCESSED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Says how many it were.
     *
     * @param done what was done with them, in a word
     * @return the exit code
     */
    int end(String done) {
        if (results.isEmpty()) {
            out.println("Nothing in the queue fits.");
            return 0;
        }
        long successes = results.values().stream().filter(r -> r == Result.DONE).count();
        long others = results.size() - successes;
        out.println(done + ": " + successes + (others == 0 ? "" : ", left alone: " + others));
        return others == 0 ? 0 : 1;
    }
}
