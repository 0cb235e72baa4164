package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.seal.Seal.Sealed;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code event_seals} table. If two nodes add to the chain at once, its constraints decide whose seals are kept.
 *
 * <p>Nothing that is read here is believed unless a key proves it: whoever may insert could otherwise end the sealing
 * with a seal of the year 2030.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
record EventSeals(JdbcClient jdbc, SealKeys keys) {
    private static final String LOCK = """
            lock table inbox.event_seals in row exclusive mode
            """;

    private static final String EXIST = """
            select exists (select from inbox.event_seals)
            """;

    private static final String LAST = """
            select * from inbox.event_seals order by seal_number desc limit 1
            """;

    private static final String LATEST_HOURS = """
            select * from inbox.event_seals where kind = 'rows' order by seal_number desc limit 50
            """;

    private static final String FIND = """
            select * from inbox.event_seals where seal_number = :number
            """;

    private static final String DIGESTS = """
            select seal_number, encode(seal, 'hex') as seal
              from inbox.event_seals
             where seal_number = any(:numbers)
            """;

    private static final String OF_DAY = """
            select *
              from inbox.event_seals
             where hour >= :day
               and hour < :day + interval '24 hours'
             order by seal_number
            """;

    // A forged seal of the year 2030 does not make anybody read years without events, and one of an old hour, with the
    // last
    // number, does not make anybody leave out the hours after it.
    private static final String UNTIL = """
            select least(hour + interval '1 hour', date_trunc('hour', clock_timestamp(), 'UTC')) as until
              from inbox.event_seals
             where kind = 'rows'
             order by hour desc
             limit 1
            """;

    private static final String NOW = """
            select clock_timestamp() as now
            """;

    // Whoever adds seals commits at once. One who does not must not hold up the others without a word.
    private static final String WAIT_BRIEFLY = """
            select set_config('lock_timeout', '5s', true)
            """;

    // Sorted, so that two nodes meet at the first row, where the second one waits for the commit of the first.
    private static final String ADD = """
            insert into inbox.event_seals (seal_number, kind, table_name, event_type, hour, row_count, run_id, key_id,
                                           content, sealed_at, seal)
            select *
              from unnest(cast(:seal_number as bigint[]), cast(:kind as text[]), cast(:table_name as text[]),
                          cast(:event_type as text[]), cast(:hour as timestamptz[]), cast(:row_count as bigint[]),
                          cast(:run_id as uuid[]), cast(:key_id as text[]), cast(:content as bytea[]),
                          cast(:sealed_at as timestamptz[]), cast(:seal as bytea[])) as s (seal_number)
             order by seal_number
                on conflict do nothing
            """;

    /**
     * Until the end of the transaction, keeps the cleanup from removing events that are not sealed: otherwise the first
     * seals would count events that are gone.
     */
    void lock() {
        jdbc.sql(LOCK).update();
    }

    /** Whether anything was ever sealed. */
    boolean exist() {
        return jdbc.sql(EXIST).query(Boolean.class).single();
    }

    /** The end of the last hour that is sealed, whoever made its seal; empty if nothing is. */
    Optional<Instant> until() {
        return jdbc.sql(UNTIL).query((row, n) -> SqlTimes.instant(row, "until")).optional();
    }

    /**
     * The last seal.
     *
     * @throws UnprovenSeal if none of the keys made it
     */
    Optional<Seal> last() {
        Optional<Seal> last =
                jdbc.sql(LAST).query((row, number) -> Seal.of(row)).optional();
        last.ifPresent(this::requireProven);
        return last;
    }

    /** The first seal, if one of the keys made it. */
    Optional<Seal> first() {
        return find(1).filter(this::isProven);
    }

    /** The last seal of an hour's rows that one of the keys made. */
    Optional<Seal> lastHour() {
        return jdbc.sql(LATEST_HOURS).query((row, number) -> Seal.of(row)).list().stream()
                .filter(this::isProven)
                .findFirst();
    }

    Optional<Seal> find(long number) {
        return jdbc.sql(FIND)
                .param("number", number)
                .query((row, n) -> Seal.of(row))
                .optional();
    }

    /** All seals of the hours of a day, and of the day, in the order in which they were made. */
    List<Seal> ofDay(Instant day) {
        return jdbc.sql(OF_DAY)
                .param("day", SqlTimes.parameter(day))
                .query((row, n) -> Seal.of(row))
                .list();
    }

    /** Whether one of the keys made it, after the seal that is before it. */
    private boolean isProven(Seal seal) {
        return firstUnproven(List.of(seal)).isEmpty();
    }

    /** The first of these that none of the keys made. */
    Optional<Seal> firstUnproven(Collection<Seal> some) {
        Map<Long, String> previous = new HashMap<>(Map.of(0L, Seal.NONE));
        jdbc.sql(DIGESTS)
                .param("numbers", some.stream().map(seal -> seal.number() - 1).toArray(Long[]::new))
                .query(row -> {
                    previous.put(row.getLong("seal_number"), row.getString("seal"));
                });
        return some.stream()
                .filter(seal -> keys.find(seal.keyId())
                        .filter(key -> seal.computed(key, previous.getOrDefault(seal.number() - 1, "00"))
                                .equals(seal.seal()))
                        .isEmpty())
                .findFirst();
    }

    private void requireProven(Seal seal) {
        if (!isProven(seal)) {
            throw new UnprovenSeal(seal, keys);
        }
    }

    /** Makes the next seals of the chain, and does not add them yet. */
    List<Seal> make(List<Sealed> contents) {
        Optional<Seal> last = last();
        Instant now =
                jdbc.sql(NOW).query((row, n) -> SqlTimes.instant(row, "now")).single();
        List<Seal> made = new ArrayList<>();
        String previous = last.map(Seal::seal).orElse(Seal.NONE);
        long number = last.map(Seal::number).orElse(0L);
        for (Sealed content : contents) {
            Seal seal = Seal.make(keys.current(), previous, ++number, content, now);
            made.add(seal);
            previous = seal.seal();
        }
        return made;
    }

    /**
     * Adds seals to the chain, in order. Waits for another node only briefly.
     *
     * @return false if another node was faster: then the transaction must be rolled back
     */
    boolean add(List<Seal> seals) {
        jdbc.sql(WAIT_BRIEFLY).query(String.class).single();
        int added = jdbc.sql(ADD)
                .param("seal_number", SqlArrays.numbers(seals, Seal::number))
                .param("kind", SqlArrays.texts(seals, s -> s.what().kind().text()))
                .param("table_name", SqlArrays.texts(seals, s -> s.what().table()))
                .param("event_type", SqlArrays.texts(seals, s -> s.what().eventType()))
                .param("hour", SqlArrays.times(seals, s -> s.what().hour()))
                .param(
                        "row_count",
                        SqlArrays.numbers(seals, s -> s.what().content().rows()))
                .param("run_id", SqlArrays.texts(seals, s -> {
                    var run = s.what().run();
                    return run == null ? null : run.toString();
                }))
                .param("key_id", SqlArrays.texts(seals, Seal::keyId))
                .param("content", SqlArrays.bytes(seals, s -> HexFormat.of()
                        .parseHex(s.what().content().digest())))
                .param("sealed_at", SqlArrays.times(seals, Seal::sealedAt))
                .param("seal", SqlArrays.bytes(seals, s -> HexFormat.of().parseHex(s.seal())))
                .update();
        return added == seals.size();
    }

    /** The chain ends with a seal that none of the keys made. */
    static final class UnprovenSeal extends IllegalStateException {
        private UnprovenSeal(Seal seal, SealKeys keys) {
            super("The seal " + seal.number() + " of the hour " + seal.what().hour()
                    + (keys.find(seal.keyId()).isPresent()
                            ? " does not follow from the one before it: somebody wrote or changed it in inbox.event_seals."
                                    + " \"audit verify --seals\" says what else was changed. Nothing is sealed until the"
                                    + " owner of the table has removed the seals from this one on that are not genuine"
                            : " was made with the key " + seal.keyId()
                                    + ", which this process does not have. Add it to inbox.seal.previous-keys. If there"
                                    + " never was such a key, somebody wrote the seal, and the owner of the table has to"
                                    + " remove it. Nothing is sealed until then"));
        }
    }
}
