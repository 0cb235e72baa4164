package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.approval.ApprovalKey;
import io.github.dingtalkinbox.internal.text.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares all that is sealed with its seals. The seals themselves are believed here: the caller checks the chain.
 *
 * <p>Every call belongs to the transaction of its thread, which has to read in one snapshot.
 */
public final class SealedLog {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int HOURS_OF_DAY = 24;

    private final JdbcClient jdbc;
    private final EventSeals seals;
    private final SealedRows rows;
    private final SealedApprovals approvals;
    private final SealedRuns runs;

    public SealedLog(JdbcClient jdbc, SealKeys keys) {
        this.jdbc = jdbc;
        this.seals = new EventSeals(jdbc, keys);
        this.rows = new SealedRows(jdbc);
        this.approvals = new SealedApprovals(jdbc);
        this.runs = new SealedRuns(jdbc);
    }

    /** The end of the last hour that is sealed; empty if nothing is. */
    public Optional<Instant> sealedUntil() {
        return seals.until();
    }

    /**
     * Compares all rows that were written on a day with their seals.
     *
     * @param first the first hour of the log that is sealed
     * @param progress is told each hour
     */
    public ComparedDay compareDay(Instant day, Instant first, Consumer<Instant> progress) {
        Map<List<String>, SealedDay> days = SealedDay.read(jdbc, seals, day);
        Map<SealedDay, Map<Instant, SealedContent>> found = new HashMap<>();
        Instant until = sealedUntil().orElse(day);
        Map<SealedTable, Set<Instant>> full = new EnumMap<>(SealedTable.class);
        for (SealedTable table : SealedTable.values()) {
            full.put(table, rows.hours(table, day));
        }
        for (int n = 0; n < HOURS_OF_DAY; n++) {
            Instant hour = day.plus(HOUR.multipliedBy(n));
            if (!hour.isBefore(first) && hour.isBefore(until)) {
                boolean isFirst = hour.equals(first); // it has what is older, too
                read(
                        hour,
                        isFirst,
                        table -> isFirst || full.getOrDefault(table, Set.of()).contains(hour),
                        days,
                        found);
                progress.accept(hour);
            }
        }
        List<Message> wrong = new ArrayList<>();
        long events = 0;
        long removed = 0;
        for (SealedDay sealed : days.values()) {
            if (isOfRows(sealed.table())) {
                wrong.addAll(sealed.compare(found.getOrDefault(sealed, Map.of()), first, this::isKnown));
            }
            if (sealed.table().equals(SealedTable.PROCESSED_EVENTS.table())) {
                events += sealed.isRemoved() ? 0 : sealed.sealed();
                removed += sealed.isRemoved() ? sealed.removed() : 0;
            }
        }
        return new ComparedDay(wrong, events, removed);
    }

    /**
     * Compares the rows of a day that were restored, together with those that are still in the log, with what was sealed.
     *
     * @param restored the table with the restored rows, which has the same columns
     */
    public List<Message> compareRestored(String table, Instant day, Collection<String> types, String restored) {
        SealedTable sealed = SealedTable.of(table).orElseThrow();
        Map<List<String>, SealedDay> days = SealedDay.read(jdbc, seals, day);
        Map<String, Map<Instant, SealedContent>> found = new HashMap<>();
        for (int n = 0; n < HOURS_OF_DAY; n++) {
            Instant hour = day.plus(HOUR.multipliedBy(n));
            rows.ofHour(sealed, sealed.together(restored), types, hour, type -> SealedDay.of(days, table, type)
                            .keyIdOfRows(hour)
                            .flatMap(seals.keys()::find))
                    .forEach((type, content) ->
                            found.computeIfAbsent(type, t -> new HashMap<>()).put(hour, content.all()));
        }
        Instant first = seals.first().map(seal -> seal.what().hour()).orElse(day);
        return types.stream()
                .flatMap(
                        type -> SealedDay.of(days, table, type)
                                .compareAll(found.getOrDefault(type, Map.of()), first, this::isKnown)
                                .stream())
                .toList();
    }

    private boolean isKnown(String keyId) {
        return seals.keys().find(keyId).isPresent();
    }

    private static boolean isOfRows(String table) {
        return table.equals(SealedApprovals.TABLE) || SealedTable.of(table).isPresent();
    }

    private void read(
            Instant hour,
            boolean isFirst,
            Predicate<SealedTable> hasRows,
            Map<List<String>, SealedDay> days,
            Map<SealedDay, Map<Instant, SealedContent>> found) {
        for (SealedTable table : SealedTable.values()) {
            if (!hasRows.test(table)) {
                continue;
            }
            rows.ofHour(
                            table,
                            hour,
                            isFirst,
                            type -> SealedDay.of(days, table.table(), type)
                                    .keyId(hour)
                                    .flatMap(seals.keys()::find),
                            SealedRows.ApprovalSink.NONE,
                            () -> false)
                    .forEach((type, content) -> found.computeIfAbsent(
                                    SealedDay.of(days, table.table(), type), d -> new HashMap<>())
                            .put(hour, content.all()));
        }
        SealedDay states = SealedDay.of(days, SealedApprovals.TABLE, "");
        SealedContent content = approvals.ofHour(hour, states.keyId(hour).flatMap(seals.keys()::find));
        if (content.rows() > 0) {
            found.computeIfAbsent(states, d -> new HashMap<>()).put(hour, content);
        }
    }

    /** Compares the approvals with their last sealed states, but those of which an event came that is not sealed yet. */
    public void compareApprovals(Consumer<Message> wrong) {
        Set<ApprovalKey> notSealed = sealedUntil().map(approvals::since).orElse(Set.of());
        approvals.compare(seals.keys()::find, (approval, difference) -> {
            if (!notSealed.contains(approval)) {
                wrong.accept(Message.of(
                        switch (difference) {
                            case ADDED -> "seal.approval-added";
                            case CHANGED -> "seal.approval-changed";
                            case REMOVED -> "seal.approval-removed";
                        },
                        approval.processInstanceId(),
                        approval.corpId()));
            }
        });
    }

    /** Compares the rows of {@code cleanup_runs} with their seals. */
    public void compareRuns(Consumer<Message> wrong) {
        runs.compare(
                seals.keys(),
                (table, type, day, run, how) -> wrong.accept(Message.of(
                        switch (how) {
                            case ADDED -> "seal.run-added";
                            case CHANGED -> "seal.run-changed";
                            case REMOVED -> "seal.run-removed";
                        },
                        run,
                        table,
                        type,
                        day)));
    }

    /**
     * What a day was compared to.
     *
     * @param wrong what differs
     * @param events how many are sealed, and not removed
     * @param removed how many events the cleanup removed
     */
    public record ComparedDay(List<Message> wrong, long events, long removed) {}
}
