package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code event_seals} table. Its constraints decide which of two nodes has sealed an hour.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
final class EventSeals {
    private static final String LAST = """
            select * from inbox.event_seals order by seal_number desc limit 1
            """;

    private static final String FIND = """
            select * from inbox.event_seals where seal_number = :number
            """;

    private static final String COUNT = """
            select count(*) from inbox.event_seals
            """;

    private static final String KEY_IDS = """
            select distinct key_id from inbox.event_seals
            """;

    private static final String OF_NEXT_HOUR = """
            select *
              from inbox.event_seals
             where seal_number > :after
               and hour = (select hour from inbox.event_seals where seal_number > :after order by seal_number limit 1)
             order by seal_number
            """;

    private static final String TYPES = """
            select event_type from inbox.event_seals where hour = :hour
            """;

    // Sorted, so that two nodes meet at the first row. The one that comes second waits there for the other to commit.
    private static final String ADD = """
            insert into inbox.event_seals (seal_number, hour, event_type, events, key_id, content, sealed_at, seal)
            select seal_number, hour, event_type, events, key_id, content, sealed_at, seal
              from unnest(cast(:seal_number as bigint[]), cast(:hour as timestamptz[]), cast(:event_type as text[]),
                          cast(:events as bigint[]), cast(:key_id as text[]), cast(:content as bytea[]),
                          cast(:sealed_at as timestamptz[]), cast(:seal as bytea[]))
                   as s (seal_number, hour, event_type, events, key_id, content, sealed_at, seal)
             order by seal_number
                on conflict do nothing
            """;

    private final JdbcClient jdbc;

    EventSeals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The head of the chain. */
    Optional<Seal> last() {
        return jdbc.sql(LAST).query((row, number) -> seal(row)).optional();
    }

    Optional<Seal> find(long number) {
        return jdbc.sql(FIND)
                .param("number", number)
                .query((row, n) -> seal(row))
                .optional();
    }

    long count() {
        return jdbc.sql(COUNT).query(Long.class).single();
    }

    /** Of all keys with which something was sealed. */
    Set<String> keyIds() {
        return jdbc.sql(KEY_IDS).query(String.class).set();
    }

    /** The seals of the hour to which the one after this number belongs; empty if there is none. */
    List<StoredSeal> ofNextHour(long after) {
        return jdbc.sql(OF_NEXT_HOUR)
                .param("after", after)
                .query((row, number) -> new StoredSeal(seal(row), row.getObject("removed_at") != null))
                .list();
    }

    /** The event types of which there is a seal for the hour. */
    Set<String> types(Instant hour) {
        return jdbc.sql(TYPES)
                .param("hour", SqlTimes.parameter(hour))
                .query(String.class)
                .set();
    }

    /**
     * Adds the seals of an hour, in order.
     *
     * @return whether all of them; if not, another node was faster, and the transaction must be rolled back
     */
    boolean add(List<Seal> seals) {
        int added = jdbc.sql(ADD)
                .param("seal_number", SqlArrays.numbers(seals, Seal::number))
                .param("hour", SqlArrays.times(seals, Seal::hour))
                .param("event_type", SqlArrays.texts(seals, Seal::eventType))
                .param("events", SqlArrays.numbers(seals, Seal::events))
                .param("key_id", SqlArrays.texts(seals, Seal::keyId))
                .param("content", SqlArrays.bytes(seals, s -> s.content().bytes()))
                .param("sealed_at", SqlArrays.times(seals, Seal::sealedAt))
                .param("seal", SqlArrays.bytes(seals, s -> s.seal().bytes()))
                .update();
        return added == seals.size();
    }

    private static Seal seal(ResultSet row) throws SQLException {
        return new Seal(
                row.getLong("seal_number"),
                SqlTimes.instant(row, "hour"),
                row.getString("event_type"),
                row.getLong("events"),
                row.getString("key_id"),
                new Digest(row.getBytes("content")),
                SqlTimes.instant(row, "sealed_at"),
                new Digest(row.getBytes("seal")));
    }

    /** @param removed whether the cleanup has begun to remove the events */
    record StoredSeal(Seal seal, boolean removed) {}
}
