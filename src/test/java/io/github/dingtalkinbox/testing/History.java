package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.internal.seal.TestSeals;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Days of the past, with seals, written straight into the tables. */
public final class History {
    private final TestDatabase database;
    private final JdbcClient jdbc;

    public History(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    public History empty() {
        jdbc.sql("""
                        truncate inbox.processed_events, inbox.queued_events, inbox.accepted_events, inbox.duplicate_deliveries, inbox.event_seals,
                                 inbox.handling_times, inbox.identity_windows, inbox.failed_callback_pages, inbox.cleanup_runs, inbox.cleanup_lock,
                                 inbox.failed_attempts, inbox.legal_holds, inbox.legal_hold_releases, inbox.approval_seals,
                                 inbox.operator_actions
                        """).update();
        return this;
    }

    /** The start of a day (UTC), by the database's clock. */
    public Instant day(int daysAgo) {
        return jdbc.sql("select date_trunc('day', now(), 'UTC') - cast(:hours as interval)")
                .param("hours", 24 * daysAgo + " hours")
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    /** Processed events, spread over the day, named {@code <type>-<days ago>-<number>}; every third has a natural key. */
    public History events(int daysAgo, String type, int count) {
        jdbc.sql("""
                        insert into inbox.processed_events
                               (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                                processed_at, payload, payload_sha256)
                        select :type || '-' || :days || '-' || n,
                               case when n % 3 = 0 then 'key-' || :type || '-' || :days || '-' || n end,
                               'default', 'ding1', :type, 'http', at, at, at + interval '3 milliseconds',
                               jsonb_build_object('EventType', cast(:type as text), 'n', n), sha256(convert_to('x' || n, 'UTF8'))
                          from (select n, date_trunc('day', now(), 'UTC') - cast(:hours as interval)
                                          + interval '23 hours' * n / :count as at
                                  from generate_series(0, :count - 1) n) d
                        """)
                .param("type", type)
                .param("days", String.valueOf(daysAgo))
                .param("hours", 24 * daysAgo + " hours")
                .param("count", count)
                .update();
        return this;
    }

    /** A duplicate of each of the events of a day, so much later. */
    public History duplicates(int daysAgo, String type, Duration gap) {
        jdbc.sql("""
                        insert into inbox.duplicate_deliveries
                               (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at,
                                recorded_at, transport)
                        select event_id, corp_id, event_type, 'event_id', true, cast(:gap as interval),
                               received_at + cast(:gap as interval), processed_at + cast(:gap as interval), 'http'
                          from inbox.processed_events
                         where event_id like :type || '-' || :days || '-%'
                        """)
                .param("type", type)
                .param("days", String.valueOf(daysAgo))
                .param("gap", gap.toMillis() + " milliseconds")
                .update();
        return this;
    }

    /** Has the events of a day accepted from the queue first: half of them under another id, joined by the natural key. */
    public History accepted(int daysAgo, String type) {
        jdbc.sql("""
                        insert into inbox.accepted_events (event_id, natural_key, corp_id, event_type, accepted_at)
                        select case when natural_key is null then '' else 'other-' end || event_id, natural_key, corp_id,
                               event_type, received_at
                          from inbox.processed_events
                         where event_id like :type || '-' || :days || '-%'
                        """).param("type", type).param("days", String.valueOf(daysAgo)).update();
        return this;
    }

    /** Queued events that got into their state on that day, each accepted. */
    public History queued(int daysAgo, String type, String state, int count) {
        jdbc.sql("""
                        with q as (
                          insert into inbox.queued_events
                                 (event_id, natural_key, ordering_key, app, corp_id, event_type, state, attempts,
                                  next_attempt_at, late_copy, received_at, queued_at, changed_at, transport, payload,
                                  payload_sha256)
                          select :state || '-' || :type || '-' || :days || '-' || n, null, :state || n, 'default', 'ding1',
                                 :type, :state, 1,
                                 case when :state in ('pending', 'retrying') then now() + interval '1 hour' end,
                                 false, at, at, at, 'http', '{}', sha256('')
                            from (select n, date_trunc('day', now(), 'UTC') - cast(:hours as interval)
                                            + interval '1 hour' as at
                                    from generate_series(1, :count) n) d
                          returning *)
                        insert into inbox.accepted_events (event_id, natural_key, corp_id, event_type, accepted_at)
                        select event_id, natural_key, corp_id, event_type, queued_at from q
                        """)
                .param("type", type)
                .param("state", state)
                .param("days", String.valueOf(daysAgo))
                .param("hours", 24 * daysAgo + " hours")
                .param("count", count)
                .update();
        return this;
    }

    /** Seals all hours that are over and are not sealed yet. */
    public History seal() {
        TestSeals.sealUntil(
                database, Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(1)));
        return this;
    }

    /** Seals all hours before that day. */
    public History sealUntil(int daysAgo) {
        TestSeals.sealUntil(database, day(daysAgo));
        return this;
    }

    public long count(String table) {
        return jdbc.sql("select count(*) from inbox." + table).query(Long.class).single();
    }

    public long count(String table, String condition) {
        return jdbc.sql("select count(*) from inbox." + table + " where " + condition)
                .query(Long.class)
                .single();
    }
}
