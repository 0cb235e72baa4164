package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.store.EventStore.DuplicateDelivery;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code duplicate_deliveries} table. Append only.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
final class DuplicateDeliveries {
    private static final String INSERT = """
            insert into inbox.duplicate_deliveries
                   (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at, transport,
                    source_address, payload, payload_raw)
            select event_id, corp_id, event_type, matched_by, payload is null, since_first, received_at, transport,
                   source_address, payload::jsonb, payload_raw
              from unnest(cast(:event_id as text[]), cast(:corp_id as text[]), cast(:event_type as text[]),
                          cast(:matched_by as text[]), cast(:since_first as interval[]),
                          cast(:received_at as timestamptz[]), cast(:transport as text[]),
                          cast(:source_address as text[]), cast(:payload as text[]), cast(:payload_raw as bytea[]))
                   as d (event_id, corp_id, event_type, matched_by, since_first, received_at, transport,
                         source_address, payload, payload_raw)
            """;

    private final JdbcClient jdbc;

    DuplicateDeliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(List<DuplicateDelivery> entries) {
        List<Event> events = entries.stream().map(DuplicateDelivery::event).toList();
        jdbc.sql(INSERT)
                .paramSource(EventColumns.of(events)
                        .addValue("event_id", SqlArrays.texts(entries, e -> e.duplicate()
                                .eventId()))
                        .addValue("matched_by", SqlArrays.texts(entries, e -> e.duplicate()
                                .matchedBy()
                                .name()
                                .toLowerCase(Locale.ROOT)))
                        .addValue("since_first", SqlArrays.texts(entries, e -> SqlTimes.interval(e.sinceFirst())))
                        .addValue(
                                "payload",
                                SqlArrays.texts(
                                        entries,
                                        e -> e.duplicate().samePayload()
                                                ? null
                                                : e.event().payload().jsonb()))
                        .addValue(
                                "payload_raw",
                                SqlArrays.bytes(
                                        entries,
                                        e -> e.duplicate().samePayload()
                                                ? null
                                                : e.event().payload().raw())))
                .update();
    }
}
