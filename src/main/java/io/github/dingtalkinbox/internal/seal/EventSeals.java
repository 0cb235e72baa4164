package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlArrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code event_seals} table. If two nodes seal an hour, its constraints decide which seals are kept.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class EventSeals {
    private static final String LOCK = """
            lock table inbox.event_seals in row exclusive mode
            """;

    private static final String LAST = """
            select * from inbox.event_seals order by seal_number desc limit 1
            """;

    private static final String FIND = """
            select * from inbox.event_seals where seal_number = :number
            """;

    // Sorted, so that two nodes meet at the first row, where the second one waits for the commit of the first.
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

    /**
     * Until the end of the transaction, keeps the cleanup from removing events that are not sealed: otherwise the first
     * seals would count events that are gone.
     */
    void lock() {
        jdbc.sql(LOCK).update();
    }

    Optional<Seal> last() {
        return jdbc.sql(LAST).query((row, number) -> Seal.of(row)).optional();
    }

    Optional<Seal> find(long number) {
        return jdbc.sql(FIND)
                .param("number", number)
                .query((row, n) -> Seal.of(row))
                .optional();
    }

    /**
     * Adds the seals of an hour, in order.
     *
     * @return false if another node was faster: then the transaction must be rolled back
     */
    boolean add(List<Seal> seals) {
        int added = jdbc.sql(ADD)
                .param("seal_number", SqlArrays.numbers(seals, Seal::number))
                .param("hour", SqlArrays.times(seals, Seal::hour))
                .param("event_type", SqlArrays.texts(seals, Seal::eventType))
                .param("events", SqlArrays.numbers(seals, Seal::events))
                .param("key_id", SqlArrays.texts(seals, Seal::keyId))
                .param("content", SqlArrays.bytes(seals, s -> HexFormat.of().parseHex(s.content())))
                .param("sealed_at", SqlArrays.times(seals, Seal::sealedAt))
                .param("seal", SqlArrays.bytes(seals, s -> HexFormat.of().parseHex(s.seal())))
                .update();
        return added == seals.size();
    }
}
