package io.github.dingtalkinbox.bench;

import io.github.dingtalkinbox.Event;
import java.sql.Timestamp;
import org.jspecify.annotations.Nullable;

/** The record of one event, as one would insert it without the inbox: the same columns, one row, no condition. */
public final class PlainRecord {
    /** With a question mark for each parameter. */
    public static final String INSERT = """
            insert into inbox.processed_events
                   (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at, payload,
                    payload_sha256)
            values (?, ?, ?, ?, ?, 'http', ?, ?, cast(? as jsonb), ?)
                on conflict do nothing
            """;

    private PlainRecord() {}

    /** The parameters of an event, in their order. */
    public static @Nullable Object[] parameters(Event event) {
        return new @Nullable Object[] {
            event.id(),
            event.identity().naturalKey(),
            event.app(),
            event.corpId(),
            event.type(),
            event.occurredAt() == null ? null : Timestamp.from(event.occurredAt()),
            Timestamp.from(event.delivery().receivedAt()),
            event.payload().jsonb(),
            event.payload().sha256()
        };
    }
}
