package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
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
        jdbc.sql(INSERT)
                .param("event_id", SqlArrays.texts(entries, e -> e.duplicate().eventId()))
                .param("corp_id", SqlArrays.texts(entries, e -> e.event().corpId()))
                .param("event_type", SqlArrays.texts(entries, e -> e.event().type()))
                .param(
                        "matched_by",
                        SqlArrays.texts(
                                entries, e -> e.duplicate().matchedBy().name().toLowerCase(Locale.ROOT)))
                .param("since_first", SqlArrays.texts(entries, e -> SqlTimes.interval(e.sinceFirst())))
                .param(
                        "received_at",
                        SqlArrays.times(entries, e -> e.event().delivery().receivedAt()))
                .param("transport", SqlArrays.texts(entries, e -> Transports.of(e.event())))
                .param(
                        "source_address",
                        SqlArrays.texts(entries, e -> e.event().delivery().sourceAddress()))
                .param(
                        "payload",
                        SqlArrays.texts(
                                entries,
                                e -> e.duplicate().samePayload()
                                        ? null
                                        : e.event().payload().jsonb()))
                .param(
                        "payload_raw",
                        SqlArrays.bytes(
                                entries,
                                e -> e.duplicate().samePayload()
                                        ? null
                                        : e.event().payload().raw()))
                .update();
    }
}
