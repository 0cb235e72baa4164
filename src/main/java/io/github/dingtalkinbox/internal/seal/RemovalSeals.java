package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.seal.EventSeals.UnprovenSeal;
import io.github.dingtalkinbox.internal.seal.Seal.Sealed;
import io.github.dingtalkinbox.internal.seal.SealedRows.RowsOfType;
import io.github.dingtalkinbox.internal.text.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Proves what the cleanup removes. Before a day goes, its rows are compared with their seals; a seal says that the removal
 * begins, and what is kept; when it is done, what is left is compared with that, and a last seal says so.
 *
 * <p>A log without any seal needs none of this, and gets none.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
public final class RemovalSeals {
    private static final int HOURS_OF_DAY = 24;
    private static final Duration HOUR = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final SealedRows rows;
    private final SealedRuns runs;
    private final EventSeals seals;
    private final boolean hasKey;

    /** @param keys null: this process has no key, so it can remove nothing from a sealed log */
    public RemovalSeals(JdbcClient jdbc, @Nullable SealKeys keys) {
        this.jdbc = jdbc;
        this.rows = new SealedRows(jdbc);
        this.runs = new SealedRuns(jdbc);
        this.seals = new EventSeals(jdbc, keys == null ? new SealKeys(List.of()) : keys);
        this.hasKey = keys != null;
    }

    /** Why nothing can be removed: there are seals, and no key, or none that proves the last one. */
    public Optional<Message> obstacle() {
        if (!seals.exist()) {
            return Optional.empty();
        }
        if (!hasKey) {
            return Optional.of(Message.of("problem.no-key"));
        }
        try {
            seals.last();
            return Optional.empty();
        } catch (UnprovenSeal e) {
            return Optional.of(Message.of("problem.unproven-seal", String.valueOf(e.getMessage())));
        }
    }

    private boolean isNeeded() {
        return hasKey && seals.exist();
    }

    /**
     * Compares the rows of a day with their seals. Has to read in one snapshot.
     *
     * @param progress called for each hour; what it throws ends the comparison
     * @throws IllegalStateException if the chain does not end with a seal of ours
     */
    public Proof prove(String table, Collection<String> types, Instant day, Runnable progress) {
        return prove(table, types, day, false, progress);
    }

    /** @param isDone whether nothing may be left but what is kept */
    private Proof prove(String table, Collection<String> types, Instant day, boolean isDone, Runnable progress) {
        SealedTable sealedTable = SealedTable.of(table).orElse(null);
        if (sealedTable == null || !isNeeded()) {
            return new Proof(Map.of(), Map.of());
        }
        seals.last();
        Map<List<String>, SealedDay> days = SealedDay.read(jdbc, seals, day);
        if (isDone) {
            types.forEach(type -> SealedDay.of(days, table, type).setDone());
        }
        Optional<Instant> first = seals.first().map(seal -> seal.what().hour());
        boolean isComplete = seals.lastHour()
                .map(seal -> seal.what().hour())
                .filter(last -> !last.isBefore(day.plus(HOUR.multipliedBy(HOURS_OF_DAY - 1))))
                .isPresent();
        Map<String, SortedMap<Instant, RowsOfType>> found = read(sealedTable, types, day, days, progress);
        Map<String, Message> refused = new HashMap<>();
        Map<String, SortedMap<Instant, SealedContent>> kept = new HashMap<>();
        for (String type : types) {
            SealedDay sealed = SealedDay.of(days, table, type);
            var hours = found.getOrDefault(type, new TreeMap<>());
            if (!isComplete || first.isEmpty()) {
                refused.put(type, Message.of("seal.not-yet", table, day));
            } else {
                wrong(sealed, hours, first.get()).ifPresent(wrong -> refused.put(type, wrong));
            }
            SortedMap<Instant, SealedContent> left = new TreeMap<>();
            hours.forEach((hour, content) -> {
                if (content.kept().rows() > 0) {
                    left.put(hour, content.kept());
                }
            });
            kept.put(type, left);
        }
        return new Proof(refused, kept);
    }

    private Map<String, SortedMap<Instant, RowsOfType>> read(
            SealedTable table,
            Collection<String> types,
            Instant day,
            Map<List<String>, SealedDay> days,
            Runnable progress) {
        SealKeys keys = seals.keys();
        Map<String, SortedMap<Instant, RowsOfType>> found = new HashMap<>();
        for (Instant hour : rows.hours(table, day)) {
            progress.run();
            rows.toBeRemoved(
                            table,
                            types,
                            hour,
                            type -> Optional.of(SealedDay.of(days, table.table(), type)
                                    .keyId(hour)
                                    .flatMap(keys::find)
                                    .orElse(keys.current())),
                            keys.current())
                    .forEach((type, content) ->
                            found.computeIfAbsent(type, t -> new TreeMap<>()).put(hour, content));
        }
        return found;
    }

    /** What is wrong with the day; rows whose seals cannot be checked may not go. */
    private Optional<Message> wrong(SealedDay sealed, SortedMap<Instant, RowsOfType> found, Instant first) {
        Optional<Seal> unproven = seals.firstUnproven(sealed.seals());
        if (unproven.isPresent()) {
            return unproven.map(seal -> Message.of("seal.seal-changed", seal.place()));
        }
        Map<Instant, SealedContent> contents = new HashMap<>();
        found.forEach((hour, content) -> contents.put(hour, content.all()));
        return sealed.compare(contents, first, id -> true).stream().findFirst();
    }

    /** Seals that a run of the cleanup began with a day, whose rows have just been added to {@code cleanup_runs}. */
    public void begun(UUID run, String table, Collection<String> types, Instant day, Proof proof) {
        if (!isNeeded()) {
            return;
        }
        List<Sealed> contents = new ArrayList<>();
        for (Sealed begun : runs.of(seals.keys().current(), SealKind.REMOVAL, run, table, types, day)) {
            SortedMap<Instant, SealedContent> kept = proof.kept().getOrDefault(begun.eventType(), new TreeMap<>());
            long count = kept.values().stream().mapToLong(SealedContent::rows).sum();
            contents.add(new Sealed(
                    SealKind.REMOVAL,
                    table,
                    begun.eventType(),
                    day,
                    run,
                    new SealedContent(count, begun.content().digest())));
            kept.forEach((hour, content) ->
                    contents.add(new Sealed(SealKind.KEPT, table, begun.eventType(), hour, run, content)));
        }
        append(contents);
    }

    /**
     * Seals that a run is done with a day, if what is left is what is kept.
     *
     * @return what is wrong, by event type
     */
    public Map<String, Message> done(UUID run, String table, Collection<String> types, Instant day, Runnable progress) {
        if (!isNeeded()) {
            return Map.of();
        }
        Map<String, Message> refused = prove(table, types, day, true, progress).refused();
        Set<String> done = new HashSet<>(types);
        done.removeAll(refused.keySet());
        append(runs.of(seals.keys().current(), SealKind.REMOVED, run, table, done, day));
        return refused;
    }

    /** Seals that a run of the cleanup began. */
    public void started(UUID run) {
        whole(run, SealKind.REMOVAL);
    }

    /** Seals that a run of the cleanup ended, and how. */
    public void ended(UUID run) {
        whole(run, SealKind.REMOVED);
    }

    private void whole(UUID run, SealKind kind) {
        if (isNeeded()) {
            append(runs.of(seals.keys().current(), kind, run, "", List.of(""), runs.dayOf(run)));
        }
    }

    private void append(List<Sealed> contents) {
        if (!contents.isEmpty() && !seals.add(seals.make(contents))) {
            throw new DuplicateKeyException("Another process has added to the chain of seals meanwhile");
        }
    }

    /**
     * What a comparison of a day with its seals came to.
     *
     * @param refused what is wrong, by event type: these rows must stay
     * @param kept what legal holds keep, by event type and hour
     */
    public record Proof(Map<String, Message> refused, Map<String, SortedMap<Instant, SealedContent>> kept) {}
}
