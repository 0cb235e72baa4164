package io.github.dingtalkinbox.service.restore;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code restored_events} and {@code restored_duplicates} tables, for rows from archives. The service does not read
 * them.
 *
 * <p>An event that was removed may have been received and removed again, so the event_id alone is not the key.
 */
final class RestoredRows {
    private static final String IS_THERE = """
            select to_regclass(:table) is not null
            """;

    private static final String HAS_SCHEMA = """
            select to_regnamespace('inbox') is not null
            """;

    private static final String CREATE_SCHEMA = """
            create schema inbox
            """;

    private static final String HAS_ROLES = """
            select to_regprocedure('inbox.grant_inbox_roles()') is not null
            """;

    private static final String GRANT_ROLES = """
            call inbox.grant_inbox_roles()
            """;

    private static final String CREATE_EVENTS = """
            create table inbox.restored_events (
              event_id        text        not null,
              natural_key     text,
              app             text        not null,
              corp_id         text        not null,
              event_type      text        not null,
              transport       text        not null,
              occurred_at     timestamptz,
              received_at     timestamptz not null,
              processed_at    timestamptz not null,
              payload         jsonb       not null,
              payload_sha256  bytea       not null,
              payload_raw     bytea,

              constraint restored_events_pkey primary key (event_id, processed_at)
            )
            """;

    private static final String CREATE_DUPLICATES = """
            create table inbox.restored_duplicates (
              event_id        text        not null,
              delivery_id     uuid        not null,
              corp_id         text        not null,
              event_type      text        not null,
              matched_by      text        not null,
              same_payload    boolean     not null,
              since_first     interval    not null,
              received_at     timestamptz not null,
              recorded_at     timestamptz not null,
              transport       text        not null,
              source_address  text,
              payload         jsonb,
              payload_raw     bytea,

              constraint restored_duplicates_pkey primary key (event_id, delivery_id)
            )
            """;

    private static final String INSERT_EVENTS = """
            insert into inbox.restored_events
                   (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at, processed_at,
                    payload, payload_sha256, payload_raw)
            select r ->> 'event_id', r ->> 'natural_key', r ->> 'app', r ->> 'corp_id', r ->> 'event_type',
                   r ->> 'transport', cast(r ->> 'occurred_at' as timestamptz), cast(r ->> 'received_at' as timestamptz),
                   cast(r ->> 'processed_at' as timestamptz), cast(r -> 'payload' as jsonb),
                   decode(r ->> 'payload_sha256', 'hex'), decode(r ->> 'payload_raw', 'base64')
              from (select cast(line as json) as r from unnest(cast(:lines as text[])) line) parsed
                on conflict do nothing
            """;

    // SQL null means no payload; the JSON value null is a payload.
    private static final String INSERT_DUPLICATES = """
            insert into inbox.restored_duplicates
                   (event_id, delivery_id, corp_id, event_type, matched_by, same_payload, since_first, received_at,
                    recorded_at, transport, source_address, payload, payload_raw)
            select r ->> 'event_id', cast(r ->> 'delivery_id' as uuid), r ->> 'corp_id', r ->> 'event_type',
                   r ->> 'matched_by', cast(r ->> 'same_payload' as boolean), cast(r ->> 'since_first' as interval),
                   cast(r ->> 'received_at' as timestamptz), cast(r ->> 'recorded_at' as timestamptz),
                   r ->> 'transport', r ->> 'source_address',
                   case when not cast(r ->> 'same_payload' as boolean) then cast(r -> 'payload' as jsonb) end,
                   decode(r ->> 'payload_raw', 'base64')
              from (select cast(line as json) as r from unnest(cast(:lines as text[])) line) parsed
                on conflict do nothing
            """;

    private static final Map<RestoredTable, String> CREATE =
            Map.of(RestoredTable.EVENTS, CREATE_EVENTS, RestoredTable.DUPLICATES, CREATE_DUPLICATES);

    private static final Map<RestoredTable, String> INSERT =
            Map.of(RestoredTable.EVENTS, INSERT_EVENTS, RestoredTable.DUPLICATES, INSERT_DUPLICATES);

    private final JdbcClient jdbc;

    RestoredRows(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** Creates the table unless it is there, in a database of any kind, and lets the auditors read it. */
    void create(RestoredTable table) {
        if (!has(HAS_SCHEMA)) {
            jdbc.sql(CREATE_SCHEMA).update();
        }
        if (jdbc.sql(IS_THERE)
                .param("table", "inbox." + table.table())
                .query(Boolean.class)
                .single()) {
            return;
        }
        jdbc.sql(CREATE.getOrDefault(table, "")).update();
        if (has(HAS_ROLES)) {
            jdbc.sql(GRANT_ROLES).update();
        }
    }

    private boolean has(String query) {
        return jdbc.sql(query).query(Boolean.class).single();
    }

    /** Inserts the rows that are not there yet, and returns their number. */
    int insert(RestoredTable table, List<String> lines) {
        return jdbc.sql(INSERT.getOrDefault(table, ""))
                .param("lines", lines.toArray(String[]::new))
                .update();
    }
}
