package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The {@code processed_events} and {@code duplicate_deliveries} tables. PostgreSQL itself writes the rows as JSON, and
 * reads them back: so every value comes back as it was.
 */
final class ArchivedRows {
    private static final int FETCH_SIZE = 500;

    // These settings decide how a time or an interval is written in JSON.
    private static final String EXACT = """
            select set_config('timezone', 'UTC', true), set_config('intervalstyle', 'postgres', true)
            """;

    private static final String EVENTS = """
            select e.event_type,
                   cast(row_to_json(e) as text) as line
              from (select 'processed_events'                     as "table",
                           event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                           processed_at, payload,
                           encode(payload_sha256, 'hex')          as payload_sha256,
                           translate(encode(payload_raw, 'base64'), E'\\n', '') as payload_raw
                      from inbox.processed_events
                     where processed_at >= :day
                       and processed_at < :day + interval '24 hours'
                       and event_type = any (:types)
                       and not inbox.is_held(corp_id, event_type, processed_at, payload ->> 'processInstanceId')
                     order by processed_at) e
            """;

    private static final String DUPLICATES = """
            select d.event_type,
                   cast(row_to_json(d) as text) as line
              from (select 'duplicate_deliveries'                 as "table",
                           event_id, delivery_id, corp_id, event_type, matched_by, same_payload, since_first, received_at,
                           recorded_at, transport, source_address, payload,
                           translate(encode(payload_raw, 'base64'), E'\\n', '') as payload_raw
                      from inbox.duplicate_deliveries t
                     where recorded_at >= :day
                       and recorded_at < :day + interval '24 hours'
                       and event_type = any (:types)
                       and not inbox.is_held_duplicate(t)
                     order by recorded_at) d
            """;

    private static final Map<String, String> SELECT =
            Map.of("processed_events", EVENTS, "duplicate_deliveries", DUPLICATES);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    ArchivedRows(DataSource dataSource) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setFetchSize(FETCH_SIZE);
        this.jdbc = JdbcClient.create(template);
        // Without a transaction, the driver would load all rows at once.
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /** Reads all rows of a day, of these event types, in one snapshot. The callback gets the type and the line. */
    void read(String table, Instant day, Collection<String> types, BiConsumer<String, String> rows) {
        transaction.executeWithoutResult(status -> {
            jdbc.sql(EXACT).query().singleRow();
            jdbc.sql(Objects.requireNonNull(SELECT.get(table)))
                    .param("day", SqlTimes.parameter(day))
                    .param("types", types.toArray(String[]::new))
                    .query((RowCallbackHandler) row -> rows.accept(row.getString("event_type"), row.getString("line")));
        });
    }
}
