package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code processed_events} table. Its two unique constraints decide whether an event is new.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
final class ProcessedEvents {
    // No conflict target: both constraints decide. A named one would raise 23505 for a twin that the other one matches.
    // Sorted in the statement, so that two transactions with the same events wait for each other and never deadlock.
    private static final String INSERT = """
            insert into processed_events
                   (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                    payload, payload_sha256, payload_raw)
            select event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                   payload::jsonb, payload_sha256, payload_raw
              from unnest(cast(:event_id as text[]), cast(:natural_key as text[]), cast(:app as text[]),
                          cast(:corp_id as text[]), cast(:event_type as text[]), cast(:transport as text[]),
                          cast(:occurred_at as timestamptz[]), cast(:received_at as timestamptz[]),
                          cast(:payload as text[]), cast(:payload_sha256 as bytea[]), cast(:payload_raw as bytea[]))
                   as e (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                         payload, payload_sha256, payload_raw)
             order by coalesce(natural_key, event_id) collate "C", event_id collate "C"
                on conflict do nothing
            returning event_id
            """;

    private static final String FIND = """
            select event_id, natural_key, received_at, payload_sha256
              from processed_events
             where event_id = any (cast(:event_id as text[]))
                or natural_key = any (cast(:natural_key as text[]))
            """;

    private final JdbcClient jdbc;

    ProcessedEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Inserts what is new; waits for a transaction that is inserting one of the events just now.
     *
     * @param events with different ids
     * @return the ids of the events that were new
     */
    Set<String> insert(List<Event> events) {
        return new HashSet<>(jdbc.sql(INSERT)
                .param("event_id", Columns.texts(events, Event::id))
                .param("natural_key", Columns.texts(events, e -> e.identity().naturalKey()))
                .param("app", Columns.texts(events, Event::app))
                .param("corp_id", Columns.texts(events, Event::corpId))
                .param("event_type", Columns.texts(events, Event::type))
                .param("transport", Columns.texts(events, Columns::transport))
                .param("occurred_at", Columns.texts(events, e -> Columns.timestamp(e.occurredAt())))
                .param(
                        "received_at",
                        Columns.texts(
                                events, e -> Columns.timestamp(e.delivery().receivedAt())))
                .param("payload", Columns.texts(events, e -> e.payload().jsonb()))
                .param("payload_sha256", Columns.bytes(events, e -> e.payload().sha256()))
                .param("payload_raw", Columns.bytes(events, e -> e.payload().raw()))
                .query(String.class)
                .list());
    }

    /** The processed events that are the same as one of these, by either identity. */
    List<Processed> find(List<Event> events) {
        return jdbc.sql(FIND)
                .param("event_id", Columns.texts(events, Event::id))
                .param("natural_key", Columns.texts(events, e -> e.identity().naturalKey()))
                .query((row, number) -> new Processed(
                        row.getString("event_id"),
                        row.getString("natural_key"),
                        row.getObject("received_at", OffsetDateTime.class).toInstant(),
                        ByteBuffer.wrap(row.getBytes("payload_sha256"))))
                .list();
    }

    /**
     * A row of the table, as far as a duplicate of it needs it.
     *
     * @param receivedAt when the first delivery had arrived
     */
    record Processed(String eventId, @Nullable String naturalKey, Instant receivedAt, ByteBuffer payloadSha256) {}
}
