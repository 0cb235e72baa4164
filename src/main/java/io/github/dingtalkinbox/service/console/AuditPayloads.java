package io.github.dingtalkinbox.service.console;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code audit_payloads} view.
 */
final class AuditPayloads {
    private static final int MOST = 20;

    private static final String OF_EVENT = """
            select source, delivery_id, jsonb_pretty(payload) as payload, payload_raw is not null as has_raw
              from inbox.audit_payloads
             where event_id = :event_id
             order by source <> 'event', source <> 'queue', received_at
             limit :limit
            """;

    private final JdbcClient jdbc;

    AuditPayloads(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The payload of an event, and those of its duplicates that differ. Only for users who may see them. */
    List<Text> ofEvent(String eventId) {
        return jdbc.sql(OF_EVENT)
                .param("event_id", eventId)
                .param("limit", MOST)
                .query((row, n) -> new Text(
                        row.getString("source"),
                        row.getString("delivery_id"),
                        row.getString("payload"),
                        row.getBoolean("has_raw")))
                .list();
    }

    /** @param hasRaw whether it differs from what was sent, because PostgreSQL cannot store that JSON unchanged */
    record Text(String source, @Nullable String deliveryId, String json, boolean hasRaw) {}
}
