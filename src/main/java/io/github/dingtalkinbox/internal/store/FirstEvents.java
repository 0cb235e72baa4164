package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The events that were processed or wait in the queue, whole.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
final class FirstEvents {
    // One statement for both: it sees an event that goes from one table to the other in one of them.
    private static final String READ = """
            select event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                   payload, payload_sha256, payload_raw
              from inbox.processed_events
             where event_id = any (:event_id)
             union all
            select event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                   payload, payload_sha256, payload_raw
              from inbox.queued_events
             where event_id = any (:event_id)
            """;

    private final JdbcClient jdbc;

    FirstEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of these ids, by their id. */
    Map<String, Event> read(Collection<String> eventIds) {
        Map<String, Event> events = new HashMap<>();
        jdbc.sql(READ).param("event_id", eventIds.toArray(String[]::new)).query(row -> {
            events.put(row.getString("event_id"), EventColumns.event(row, null, null));
        });
        return events;
    }
}
