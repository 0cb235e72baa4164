package io.github.dingtalkinbox.service.audit;

import io.github.dingtalkinbox.service.audit.StoredEvents.Copies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Checks the promise in the database, from outside: nothing that was answered is lost, and nothing is stored twice. */
public final class Audit {
    /** The clocks of sender and service may differ by this. */
    private static final Duration CLOCKS_APART = Duration.ofDays(1);

    private final DataSource dataSource;
    private final JdbcClient jdbc;

    /** Only reads the database. */
    public Audit(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** Runs each invariant query; all is well if each result {@link InvariantFindings#isEmpty() is empty}. */
    public List<InvariantFindings> invariants() {
        return InvariantQuery.all().stream()
                .map(query -> StandbyConflict.retried(() -> query.run(jdbc)))
                .toList();
    }

    /**
     * Answers one of {@link Report#all()}.
     *
     * @param from start of the period, for reports that have one
     * @param to end of the period (exclusive)
     * @param zone defines a day
     * @throws IllegalArgumentException if there is no such report
     */
    public ReportRows report(String name, Instant from, Instant to, ZoneId zone) {
        return StandbyConflict.retried(() -> ReportQuery.named(name).run(dataSource, from, to, zone));
    }

    /**
     * Looks for each event that was answered {@code success}, by the content of its payload.
     *
     * @param file a journal of {@link JournalFile}; it is read into memory
     * @throws InvalidJournal if it is not a journal
     * @throws IOException if it cannot be read
     */
    public JournalFindings compareWith(Path file) throws IOException {
        Journal journal = Journal.read(file);
        List<JournalEntry> answered = journal.answered();
        Instant since = answered.stream()
                .map(JournalEntry::answeredAt)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH)
                .minus(CLOCKS_APART);
        List<SentEvent> sent = answered.stream().map(JournalEntry::event).toList();
        List<Copies> copies = StandbyConflict.retried(() -> new StoredEvents(jdbc).find(sent, since));

        Map<String, Integer> queued = new TreeMap<>();
        List<JournalEntry> lost = new ArrayList<>();
        List<JournalEntry> twice = new ArrayList<>();
        for (int i = 0; i < copies.size(); i++) {
            Copies found = copies.get(i);
            if (found.isLost()) {
                lost.add(answered.get(i));
            } else if (found.isTwice()) {
                twice.add(answered.get(i));
            }
            if (!found.isLost() && !found.isProcessed()) {
                queued.merge(found.state(), 1, Integer::sum);
            }
        }
        int processed = (int) copies.stream().filter(Copies::isProcessed).count();
        return new JournalFindings(
                journal.deliveries(),
                journal.events(),
                journal.cutOff(),
                answered.size(),
                processed,
                queued,
                lost,
                twice,
                since);
    }
}
