package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.text.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the seals say of the rows of one table and event type, in the hours of one day.
 *
 * <p>As long as nothing was removed, each hour has what was sealed. Once a run of the cleanup has begun with the day, an hour
 * has what it had before, or what is kept; and because the rows go in the order of their time, at most one hour is in
 * between. When the run is done, each hour has what is kept. All the time, what is left and what was removed are together
 * as many as were sealed.
 *
 * <p>A run that was killed leaves it to the next one to begin again, which may keep other rows: then an hour may also have
 * what any of these runs was to keep, and each may have left one in between.
 */
final class SealedDay {
    private static final String REMOVED = """
            select r.table_name, r.event_type, sum(r.rows_removed) as rows_removed
              from inbox.cleanup_runs r
              join inbox.event_seals s
                on s.kind = 'removal' and s.run_id = r.run_id and s.table_name = r.table_name
               and s.event_type = r.event_type and s.hour = r.day
             where r.day = :day
               and r.table_name <> ''
             group by 1, 2
            """;

    private final String table;
    private final String type;
    private final SortedMap<Instant, Seal> rows = new TreeMap<>();
    private final Map<Instant, Seal> kept = new HashMap<>();
    private final List<Map<Instant, Seal>> keptBefore = new ArrayList<>();
    private @Nullable Seal removal;
    private boolean isDone;
    private boolean wasDone;
    private int unfinished;
    private long removed;

    private SealedDay(String table, String type) {
        this.table = table;
        this.type = type;
    }

    /**
     * Reads what the seals say of a day, by table and event type.
     *
     * <p>Belongs to the transaction of its thread.
     */
    static Map<List<String>, SealedDay> read(JdbcClient jdbc, EventSeals seals, Instant day) {
        Map<List<String>, SealedDay> days = new LinkedHashMap<>();
        for (Seal seal : seals.ofDay(day)) {
            of(days, seal.what().table(), seal.what().eventType()).add(seal);
        }
        jdbc.sql(REMOVED).param("day", SqlTimes.parameter(day)).query(row -> {
            of(days, row.getString("table_name"), row.getString("event_type")).removed = row.getLong("rows_removed");
        });
        return days;
    }

    /** That of a table and event type; one without seals if there are none. */
    static SealedDay of(Map<List<String>, SealedDay> days, String table, String type) {
        return days.computeIfAbsent(List.of(table, type), key -> new SealedDay(table, type));
    }

    private void add(Seal seal) {
        Instant hour = seal.what().hour();
        switch (seal.what().kind()) {
            case ROWS -> rows.put(hour, seal);
            case REMOVAL -> {
                begin();
                removal = seal;
            }
            case KEPT -> kept.put(hour, seal);
            case REMOVED -> isDone = removal != null;
        }
    }

    /** Another run begins with what the ones before it left; the seals of what it keeps follow. */
    private void begin() {
        if (isDone) {
            keptBefore.clear();
            wasDone = true;
            unfinished = 0;
        }
        if (removal != null) {
            keptBefore.add(Map.copyOf(kept));
        }
        kept.clear();
        isDone = false;
        unfinished++;
    }

    /** From now on, nothing may be left but what is kept. */
    void setDone() {
        isDone = true;
    }

    String table() {
        return table;
    }

    /** The seals themselves. */
    Collection<Seal> seals() {
        List<Seal> all = new ArrayList<>(rows.values());
        all.addAll(kept.values());
        keptBefore.forEach(before -> all.addAll(before.values()));
        if (removal != null) {
            all.add(removal);
        }
        return all;
    }

    /** How many rows were sealed. */
    long sealed() {
        return rows.values().stream()
                .mapToLong(seal -> seal.what().content().rows())
                .sum();
    }

    /** Whether the cleanup has begun with the day. */
    boolean isRemoved() {
        return removal != null;
    }

    /** How many rows the cleanup removed, by its own account. */
    long removed() {
        return removed;
    }

    /** The id of the key with which the rows of an hour are to be compared; empty if nothing is sealed. */
    Optional<String> keyId(Instant hour) {
        Seal seal = isDone ? kept.get(hour) : rows.get(hour);
        return Optional.ofNullable(seal).map(Seal::keyId);
    }

    /** The same for the rows as they were when they were sealed. */
    Optional<String> keyIdOfRows(Instant hour) {
        return Optional.ofNullable(rows.get(hour)).map(Seal::keyId);
    }

    /** Compares rows with what was sealed, whatever the cleanup has removed since. */
    List<Message> compareAll(Map<Instant, SealedContent> found, Instant first, Predicate<String> known) {
        removal = null;
        isDone = false;
        return compare(found, first, known);
    }

    /**
     * Compares what is there with the seals.
     *
     * @param found the rows of each hour that has some
     * @param first the first hour of the log that is sealed: nothing is known of what was there before
     * @param known whether the key with an id is known: without it, rows are only counted
     * @return what is wrong
     */
    List<Message> compare(Map<Instant, SealedContent> found, Instant first, Predicate<String> known) {
        List<Message> wrong = new ArrayList<>();
        TreeSet<Instant> hours = new TreeSet<>(rows.keySet());
        hours.addAll(found.keySet());
        int between = 0;
        for (Instant hour : hours.tailSet(first)) {
            SealedContent now = found.getOrDefault(hour, SealedContent.EMPTY);
            Seal sealed = rows.get(hour);
            if (sealed == null) {
                wrong.add(Message.of("seal.without-seal", table, hour, type, now.rows()));
            } else if (removal == null) {
                if (!isEqual(now, sealed, sealed, known)) {
                    wrong.add(difference(now, sealed));
                }
            } else if (!isEqual(now, kept.get(hour), sealed, known)
                    && (isDone || !isAsBefore(now, hour, sealed, known))) {
                between++;
                if (isDone || between > unfinished || now.rows() > mostBefore(hour, sealed)) {
                    wrong.add(Message.of("seal.rest-changed", sealed.place(), now.rows(), rowsOf(kept.get(hour))));
                }
            }
        }
        long left = found.values().stream().mapToLong(SealedContent::rows).sum();
        if (removal != null
                && wrong.isEmpty()
                && !removal.what().hour().isBefore(first)
                && left + removed != sealed()) {
            wrong.add(Message.of(
                    "seal.removed-miscounted", table, type, removal.what().hour(), sealed(), removed, left));
        }
        return wrong;
    }

    /** Whether an hour has what it may have had when the last run began. */
    private boolean isAsBefore(SealedContent now, Instant hour, Seal sealed, Predicate<String> known) {
        return (!wasDone && isEqual(now, sealed, sealed, known))
                || keptBefore.stream().anyMatch(before -> isEqual(now, before.get(hour), sealed, known));
    }

    private long mostBefore(Instant hour, Seal sealed) {
        return wasDone
                ? keptBefore.stream()
                        .mapToLong(before -> rowsOf(before.get(hour)))
                        .max()
                        .orElse(0)
                : rowsOf(sealed);
    }

    /** Without the key of the seal, or if the rows were read with another one, only the numbers are compared. */
    private boolean isEqual(SealedContent now, @Nullable Seal expected, Seal ofRows, Predicate<String> known) {
        SealedContent content =
                expected == null ? SealedContent.EMPTY : expected.what().content();
        if (now.rows() != content.rows() || expected == null) {
            return now.rows() == content.rows();
        }
        String readWith = isDone ? expected.keyId() : ofRows.keyId();
        return !known.test(expected.keyId()) || !expected.keyId().equals(readWith) || now.equals(content);
    }

    private static long rowsOf(@Nullable Seal seal) {
        return seal == null ? 0 : seal.what().content().rows();
    }

    private static Message difference(SealedContent now, Seal sealed) {
        long more = now.rows() - sealed.what().content().rows();
        if (more == 0) {
            return Message.of("seal.rows-changed", sealed.place(), now.rows());
        }
        return Message.of(
                more < 0 ? "seal.rows-removed" : "seal.rows-added", sealed.place(), now.rows(), Math.abs(more));
    }
}
