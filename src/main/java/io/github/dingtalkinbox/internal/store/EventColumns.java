package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** The columns that an event has wherever it is stored. */
final class EventColumns {
    private EventColumns() {}

    /** One array for each column, of the same name. */
    static MapSqlParameterSource of(List<Event> events) {
        return identities(events)
                .addValue("app", SqlArrays.texts(events, Event::app))
                .addValue("corp_id", SqlArrays.texts(events, Event::corpId))
                .addValue("event_type", SqlArrays.texts(events, Event::type))
                .addValue("transport", SqlArrays.texts(events, EventColumns::transport))
                .addValue("source_address", SqlArrays.texts(events, e -> e.delivery()
                        .sourceAddress()))
                .addValue("occurred_at", SqlArrays.times(events, e -> e.occurredAt()))
                .addValue(
                        "received_at", SqlArrays.times(events, e -> e.delivery().receivedAt()))
                .addValue("payload", SqlArrays.texts(events, e -> e.payload().jsonb()))
                .addValue("payload_sha256", SqlArrays.bytes(events, e -> e.payload()
                        .sha256()))
                .addValue(
                        "payload_raw", SqlArrays.bytes(events, e -> e.payload().raw()));
    }

    /** Both of the identities alone. */
    static MapSqlParameterSource identities(List<Event> events) {
        return new MapSqlParameterSource()
                .addValue("event_id", SqlArrays.texts(events, Event::id))
                .addValue(
                        "natural_key", SqlArrays.texts(events, e -> e.identity().naturalKey()));
    }

    static String transport(Event event) {
        return event.delivery().transport().name().toLowerCase(Locale.ROOT);
    }

    private static Transport transport(ResultSet row) throws SQLException {
        return Transport.valueOf(row.getString("transport").toUpperCase(Locale.ROOT));
    }

    /** The event of a row. */
    static Event event(ResultSet row, @Nullable String orderingKey, @Nullable String sourceAddress)
            throws SQLException {
        return new Event(
                row.getString("app"),
                row.getString("corp_id"),
                row.getString("event_type"),
                new Identity(row.getString("event_id"), row.getString("natural_key"), null),
                orderingKey,
                SqlTimes.instantOrNull(row, "occurred_at"),
                new Delivery(transport(row), SqlTimes.instant(row, "received_at"), sourceAddress),
                Payload.restore(row.getString("payload"), row.getBytes("payload_raw"), row.getBytes("payload_sha256")));
    }

    static FirstDelivery first(ResultSet row, boolean isQueued, boolean isLateCopy) throws SQLException {
        return new FirstDelivery(
                row.getString("event_id"),
                row.getString("natural_key"),
                row.getString("corp_id"),
                row.getString("event_type"),
                SqlTimes.instant(row, "received_at"),
                transport(row),
                ByteBuffer.wrap(row.getBytes("payload_sha256")),
                isQueued,
                isLateCopy);
    }
}
