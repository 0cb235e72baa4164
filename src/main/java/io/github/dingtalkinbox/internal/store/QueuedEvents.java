package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.store.OrderingLeases.LeaseKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code queued_events} table.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
public final class QueuedEvents {
    // An event that was in the queue before, and is again, was accepted already.
    private static final String INSERT = """
            with queued as (
              insert into inbox.queued_events
                     (event_id, natural_key, ordering_key, app, corp_id, event_type, state, attempts, next_attempt_at,
                      last_error, late_copy, occurred_at, received_at, transport, source_address,
                      payload, payload_sha256, payload_raw)
              select event_id, natural_key, ordering_key, app, corp_id, event_type, :state, :attempts,
                     now() + cast(:delay as interval),
                     :last_error, :late_copy, occurred_at, received_at, transport, source_address,
                     payload::jsonb, payload_sha256, payload_raw
                from unnest(cast(:event_id as text[]), cast(:natural_key as text[]), cast(:ordering_key as text[]),
                            cast(:app as text[]), cast(:corp_id as text[]), cast(:event_type as text[]),
                            cast(:occurred_at as timestamptz[]), cast(:received_at as timestamptz[]),
                            cast(:transport as text[]), cast(:source_address as text[]), cast(:payload as text[]),
                            cast(:payload_sha256 as bytea[]), cast(:payload_raw as bytea[]))
                     as e (event_id, natural_key, ordering_key, app, corp_id, event_type, occurred_at, received_at,
                           transport, source_address, payload, payload_sha256, payload_raw)
               order by coalesce(natural_key, event_id) collate "C", event_id collate "C"
                  on conflict do nothing
              returning event_id, natural_key, corp_id, event_type, received_at),
            accepted as (
              insert into inbox.accepted_events (event_id, natural_key, corp_id, event_type)
              select event_id, natural_key, corp_id, event_type
                from queued
               order by event_id collate "C"
                  on conflict do nothing)%s
            select event_id from queued
            """;

    private static final String FAILED_AT_DELIVERY = """
            ,
            failed as (
              insert into inbox.failed_attempts
                     (event_id, corp_id, event_type, attempt, state_after, started_at, error)
              select event_id, corp_id, event_type, :attempts, :state, received_at, :last_error
                from queued)""";

    private static final String INSERT_UNTRIED = INSERT.formatted("");
    private static final String INSERT_FAILED = INSERT.formatted(FAILED_AT_DELIVERY);

    private static final String FIND = """
            select event_id, natural_key, corp_id, event_type, received_at, transport, payload_sha256, late_copy
              from inbox.queued_events
             where event_id = any (cast(:event_id as text[]))
                or natural_key = any (cast(:natural_key as text[]))
            """;

    // In a statement after the one that took the leases: what that one saw may have been processed at the same moment.
    private static final String FIRST_OF_KEYS = """
            select first.*, first.next_attempt_at <= now() as is_due,
                   case when first.attempts > 0 then
                        (select extract(epoch from now() - max(f.failed_at)) * 1000
                           from inbox.failed_attempts f
                          where f.event_id = first.event_id
                            and f.corp_id = first.corp_id
                            and f.attempt = 1) end as failing_millis
              from unnest(cast(:corp_id as text[]), cast(:ordering_key as text[])) as leased (corp_id, ordering_key)
             cross join lateral (
                   select *
                     from inbox.queued_events q
                    where q.corp_id = leased.corp_id
                      and q.ordering_key = leased.ordering_key
                      and q.state <> 'discarded'
                    order by q.happened_at, q.received_at, q.event_id
                    limit 1) first
            """;

    private static final String DELETE = """
            delete from inbox.queued_events where event_id = :event_id
            """;

    private static final String FAIL = """
            with failed as (
              update inbox.queued_events
                 set state = :state, attempts = attempts + 1, next_attempt_at = now() + cast(:delay as interval),
                     last_error = :last_error, changed_at = now()
               where event_id = :event_id
                 and state in ('pending', 'retrying')
              returning event_id, corp_id, event_type, ordering_key, attempts, state, last_error)
            insert into inbox.failed_attempts
                   (event_id, corp_id, event_type, attempt, state_after, started_at, error, node)
            select f.event_id, f.corp_id, f.event_type, f.attempts, f.state, l.leased_at, f.last_error, l.holder
              from failed f
              left join inbox.ordering_leases l on l.corp_id = f.corp_id and l.ordering_key = f.ordering_key
            """;

    private static final String POSTPONE = """
            update inbox.queued_events
               set next_attempt_at = now() + cast(:delay as interval)
             where event_id = :event_id
               and state in ('pending', 'retrying')
            """;

    private final JdbcClient jdbc;

    public QueuedEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Inserts the events that are not in the table, under either of their identities.
     *
     * @return the ids of those that were inserted
     */
    Set<String> insert(List<Event> events, Admission admission) {
        if (events.isEmpty()) {
            return Set.of();
        }
        NextStep next = admission.next();
        return new HashSet<>(jdbc.sql(admission.attempts() == 0 ? INSERT_UNTRIED : INSERT_FAILED)
                .paramSource(EventColumns.of(events)
                        .addValue(
                                "ordering_key",
                                SqlArrays.texts(events, e -> e.orderingKey() == null ? e.id() : e.orderingKey()))
                        .addValue("state", next.state().toString())
                        .addValue("attempts", admission.attempts())
                        .addValue("delay", interval(next.delay()))
                        .addValue("last_error", next.error())
                        .addValue("late_copy", admission.isLateCopy()))
                .query(String.class)
                .list());
    }

    /** The queued events that are the same as one of these, by either identity; discarded ones too. */
    List<FirstDelivery> find(List<Event> events) {
        return jdbc.sql(FIND)
                .paramSource(EventColumns.identities(events))
                .query((row, number) -> EventColumns.first(row, true, row.getBoolean("late_copy")))
                .list();
    }

    /** The event that comes first of each of these keys, due or not. */
    public List<QueuedEvent> firstOf(Collection<LeaseKey> keys) {
        List<LeaseKey> all = List.copyOf(keys);
        return jdbc.sql(FIRST_OF_KEYS)
                .param("corp_id", SqlArrays.texts(all, LeaseKey::corpId))
                .param("ordering_key", SqlArrays.texts(all, LeaseKey::orderingKey))
                .query((row, number) -> queuedEvent(row, SqlTimes.durationOrNull(row, "failing_millis")))
                .list();
    }

    /** Whether there was such an event to delete. */
    public boolean delete(String eventId) {
        return jdbc.sql(DELETE).param("event_id", eventId).update() == 1;
    }

    /** Notes that an attempt has failed. */
    public void fail(String eventId, NextStep next) {
        jdbc.sql(FAIL)
                .param("event_id", eventId)
                .param("state", next.state().toString())
                .param("delay", interval(next.delay()))
                .param("last_error", next.error())
                .update();
    }

    /** Lets an event wait that could not be tried. */
    public void postpone(String eventId, Duration delay) {
        jdbc.sql(POSTPONE)
                .param("event_id", eventId)
                .param("delay", SqlTimes.interval(delay))
                .update();
    }

    /**
     * The event of a row.
     *
     * @param failingFor the time since its first failure; null: there was none, or it does not matter
     */
    public static QueuedEvent queuedEvent(ResultSet row, @Nullable Duration failingFor) throws SQLException {
        String orderingKey = row.getString("ordering_key");
        String ownKey = orderingKey.equals(row.getString("event_id")) ? null : orderingKey;
        return new QueuedEvent(
                EventColumns.event(row, ownKey, row.getString("source_address")),
                orderingKey,
                row.getInt("attempts"),
                Objects.requireNonNullElse(failingFor, Duration.ZERO),
                row.getBoolean("late_copy"),
                row.getBoolean("is_due"));
    }

    private static @Nullable String interval(@Nullable Duration duration) {
        return duration == null ? null : SqlTimes.interval(duration);
    }

    /**
     * A row of the table.
     *
     * @param orderingKey that of the event, or its id if it has none
     * @param attempts that have failed
     * @param failingFor the time since the first of them; zero if there was none
     * @param isDue whether it may be tried now; never, if it is dead
     */
    public record QueuedEvent(
            Event event, String orderingKey, int attempts, Duration failingFor, boolean isLateCopy, boolean isDue) {
        /** What has to be leased before the row may be changed. */
        public LeaseKey leaseKey() {
            return new LeaseKey(event.corpId(), orderingKey);
        }

        /** The same after one more failed attempt. */
        public QueuedEvent failedAgain() {
            return new QueuedEvent(event, orderingKey, attempts + 1, failingFor, isLateCopy, isDue);
        }
    }
}
