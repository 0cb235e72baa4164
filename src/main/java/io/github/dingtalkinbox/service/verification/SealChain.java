package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.seal.Seal;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the {@code event_seals} table from its first seal to its last.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class SealChain {
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

    private final JdbcClient jdbc;

    SealChain(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Seal> find(long number) {
        return jdbc.sql(FIND)
                .param("number", number)
                .query((row, n) -> Seal.of(row))
                .optional();
    }

    long count() {
        return jdbc.sql(COUNT).query(Long.class).single();
    }

    /** The ids of all keys that made seals. */
    Set<String> keyIds() {
        return jdbc.sql(KEY_IDS).query(String.class).set();
    }

    /** The seals of the hour of the next seal after this number; empty if there is none. */
    List<StoredSeal> ofNextHour(long after) {
        return jdbc.sql(OF_NEXT_HOUR)
                .param("after", after)
                .query((row, number) -> new StoredSeal(Seal.of(row), row.getObject("removed_at") != null))
                .list();
    }

    /** The event types with a seal for the hour. */
    Set<String> types(Instant hour) {
        return jdbc.sql(TYPES)
                .param("hour", SqlTimes.parameter(hour))
                .query(String.class)
                .set();
    }

    /** @param removed whether the cleanup has begun to remove the events */
    record StoredSeal(Seal seal, boolean removed) {}
}
