package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.store.EventStore.ProcessedEvent;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code processed_events} table. Its two unique constraints decide whether an event is new.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
final class ProcessedEvents {
    /** Two transactions with the same events insert them in one order: they wait for each other, and never deadlock. */
    private static final Comparator<Event> ORDER = Comparator.comparing(
                    (Event event) -> Objects.requireNonNullElse(event.identity().naturalKey(), event.id()))
            .thenComparing(Event::id);

    // No conflict target: both constraints decide. A named one would raise 23505 for a twin that the other one matches.
    // In the order of the parameters: the place is what the planner knows to be in order, so that nothing is sorted.
    //
    // A twin that is being inserted elsewhere is waited for no longer than lock_timeout, which handlers must not
    // inherit: the second statement travels with the first. The session of a node that has gone without a word must not
    // hold the event for the hours that a TCP connection may live. Both are set once, before the first row.
    private static final String INSERT = """
            insert into inbox.processed_events
                   (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                    payload, payload_sha256, payload_raw)
            select event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                   payload::jsonb, payload_sha256, payload_raw
              from unnest(cast(:event_id as text[]), cast(:natural_key as text[]), cast(:ordering_key as text[]),
                          cast(:app as text[]), cast(:corp_id as text[]), cast(:event_type as text[]),
                          cast(:transport as text[]), cast(:occurred_at as timestamptz[]),
                          cast(:received_at as timestamptz[]), cast(:payload as text[]),
                          cast(:payload_sha256 as bytea[]), cast(:payload_raw as bytea[])) with ordinality
                   as e (event_id, natural_key, ordering_key, app, corp_id, event_type, transport, occurred_at,
                         received_at, payload, payload_sha256, payload_raw, place)
             where (select set_config('lock_timeout', :lock_timeout, true)) is not null
               and (select set_config('idle_in_transaction_session_timeout', :longest_transaction, true)) is not null
             %s
             order by place
                on conflict do nothing
            returning event_id;
            set local lock_timeout to default
            """;

    // An event that waits in the queue is a duplicate; one whose ordering key waits there has to wait behind it.
    private static final String UNLESS_QUEUED = """
               and e.event_id not in (
                    select q.event_id from inbox.queued_events q where q.event_id = any (cast(:event_id as text[])))
               and (e.natural_key is null or e.natural_key not in (
                    select q.natural_key from inbox.queued_events q where q.natural_key = any (cast(:natural_key as text[]))))
               and (e.ordering_key is null or e.ordering_key not in (
                    select q.ordering_key
                      from inbox.queued_events q
                     where q.ordering_key = any (cast(:ordering_key as text[]))
                       and q.state <> 'discarded'))
            """;

    private static final String INSERT_UNLESS_QUEUED = INSERT.formatted(UNLESS_QUEUED.strip());
    private static final String INSERT_WAITING = INSERT.formatted("");

    private static final String FIND_BY_ID = """
            select event_id, natural_key, corp_id, event_type, received_at, transport, payload_sha256
              from inbox.processed_events
             where event_id = any (cast(:event_id as text[]))
            """;

    private static final String FIND = FIND_BY_ID + " or natural_key = any (cast(:natural_key as text[]))";

    private static final String READ = """
            select * from inbox.processed_events where event_id = :event_id
            """;

    private static final String WRITE_NO_ROW = """
            select pg_logical_emit_message(true, 'inbox', '')
            """;

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate insertions; // a JdbcClient takes no two statements at once
    private final Duration longestWait;
    private final String longestTransaction;

    /**
     * @param longestWait for a transaction that is inserting the same event just now
     * @param longestTransaction of a handler's, after which nothing is heard from this node any more
     */
    ProcessedEvents(DataSource dataSource, Duration longestWait, Duration longestTransaction) {
        this.insertions = new NamedParameterJdbcTemplate(dataSource);
        this.jdbc = JdbcClient.create(insertions);
        this.longestWait = longestWait;
        this.longestTransaction = longestTransaction.toMillis() + "ms";
    }

    /**
     * Inserts what is new and neither waits in the queue nor has to go behind what waits there.
     *
     * @param events with different ids
     * @param longestWait for a transaction that is inserting the same event just now
     * @return the ids of the events that were inserted
     */
    Set<String> insert(List<Event> events, Duration longestWait) {
        return insert(INSERT_UNLESS_QUEUED, events, longestWait);
    }

    /**
     * Inserts what is new, whatever waits in the queue.
     *
     * @param events with different ids
     * @return the ids of the events that were inserted: those that are missing have been processed
     */
    Set<String> insertWaiting(List<Event> events) {
        return insert(INSERT_WAITING, events, longestWait);
    }

    private Set<String> insert(String statement, List<Event> unsorted, Duration longestWait) {
        if (unsorted.isEmpty()) {
            return Set.of();
        }
        List<Event> events = unsorted.stream().sorted(ORDER).toList();
        var parameters = EventColumns.of(events)
                .addValue("ordering_key", SqlArrays.texts(events, Event::orderingKey))
                .addValue("lock_timeout", longestWait.toMillis() + "ms")
                .addValue("longest_transaction", longestTransaction);
        return insertions.execute(statement, parameters, prepared -> {
            prepared.execute();
            Set<String> inserted = new HashSet<>();
            try (ResultSet rows = prepared.getResultSet()) {
                while (rows.next()) {
                    inserted.add(rows.getString("event_id"));
                }
            }
            return inserted;
        });
    }

    /** The processed events that are the same as one of these, by either identity. */
    List<FirstDelivery> find(List<Event> events) {
        return find(FIND, events);
    }

    /** The processed events that have the id of one of these. Half as much to look up. */
    List<FirstDelivery> findById(List<Event> events) {
        return find(FIND_BY_ID, events);
    }

    private List<FirstDelivery> find(String statement, List<Event> events) {
        return jdbc.sql(statement)
                .paramSource(EventColumns.identities(events))
                .query((row, number) -> EventColumns.first(row, false, false))
                .list();
    }

    /** The processed event of this id, all of it. */
    Optional<ProcessedEvent> read(String eventId) {
        return jdbc.sql(READ)
                .param("event_id", eventId)
                .query((row, number) ->
                        new ProcessedEvent(EventColumns.event(row, null, null), SqlTimes.instant(row, "processed_at")))
                .optional();
    }

    /**
     * Has the commit of this transaction wait for a synchronous standby, although it writes no row: what was found is
     * answered, so it has to be where a failover finds it. A transaction id, an insert of no row, or a conflict is not
     * enough for PostgreSQL to wait.
     */
    void haveCommitWait() {
        jdbc.sql(WRITE_NO_ROW).query(row -> {});
    }
}
