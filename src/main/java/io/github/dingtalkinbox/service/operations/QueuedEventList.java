package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.store.OrderingLeases.LeaseKey;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.github.dingtalkinbox.internal.store.QueuedEvents;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code queued_events} table, as operators see and change it. {@link QueuedEvents} has the rest.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class QueuedEventList {
    private static final String LIST = """
            select event_id, corp_id, event_type, state, attempts, next_attempt_at, queued_at, changed_at,
                   split_part(last_error, e'\\n', 1) as last_error
              from inbox.queued_events
             where (cast(:event_id as text[]) is null or event_id = any (cast(:event_id as text[])))
               and (cast(:event_type as text) is null or event_type = :event_type)
               and (cast(:from as timestamptz) is null or queued_at >= :from)
               and (cast(:to as timestamptz) is null or queued_at < :to)
               and (cast(:state as text[]) is null or state = any (cast(:state as text[])))
               and (cast(:after_id as text) is null
                    or (queued_at, event_id collate "C") > (cast(:after_time as timestamptz), :after_id))
             order by queued_at, event_id collate "C"
             limit :limit
            """;

    private static final String FIND = """
            select *, next_attempt_at <= now() as is_due
              from inbox.queued_events
             where event_id = :event_id
            """;

    private static final String NEIGHBOURS = """
            select other.event_id, other.state,
                   (other.happened_at, other.received_at, other.event_id)
                     < (q.happened_at, q.received_at, q.event_id) as is_before
              from inbox.queued_events q
              join inbox.queued_events other
                on other.corp_id = q.corp_id and other.ordering_key = q.ordering_key and other.event_id <> q.event_id
             where q.event_id = :event_id
               and other.state <> 'discarded'
             order by other.happened_at, other.received_at, other.event_id
             limit :limit
            """;

    private static final String REPLAY = """
            update inbox.queued_events
               set state = 'pending', attempts = 0, next_attempt_at = now(), changed_at = now()
             where event_id = :event_id
            """;

    private static final String DISCARD = """
            update inbox.queued_events
               set state = 'discarded', next_attempt_at = null, changed_at = now()
             where event_id = :event_id
            """;

    private final JdbcClient jdbc;

    QueuedEventList(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A page of the selected events, the earliest queued first, without their payloads. */
    List<QueuedEntry> list(QueueSelection selection, int limit, @Nullable QueuePosition after) {
        return jdbc.sql(LIST)
                .param("event_id", anyOf(selection.eventIds()))
                .param("event_type", selection.type())
                .param("from", SqlTimes.parameterOrNull(selection.from()))
                .param("to", SqlTimes.parameterOrNull(selection.to()))
                .param("state", anyOf(selection.states()))
                .param("after_id", after == null ? null : after.eventId())
                .param("after_time", SqlTimes.parameterOrNull(after == null ? null : after.queuedAt()))
                .param("limit", limit)
                .query((row, number) -> entry(row))
                .list();
    }

    Optional<FoundEvent> find(String eventId) {
        return jdbc.sql(FIND)
                .param("event_id", eventId)
                .query((row, number) -> {
                    var queued = QueuedEvents.queuedEvent(row);
                    return new FoundEvent(entry(row), queued.event(), queued.orderingKey(), queued.isLateCopy());
                })
                .optional();
    }

    /** The other events of its ordering key that are not discarded, in their order. */
    List<NeighbourRow> neighbours(String eventId, int limit) {
        return jdbc.sql(NEIGHBOURS)
                .param("event_id", eventId)
                .param("limit", limit)
                .query((row, number) -> new NeighbourRow(
                        row.getString("event_id"), QueueState.of(row.getString("state")), row.getBoolean("is_before")))
                .list();
    }

    /** Makes an event due now, as if it had never been tried, whatever its state. */
    void replay(String eventId) {
        jdbc.sql(REPLAY).param("event_id", eventId).update();
    }

    /** Gives up an event. It stays known, and does not block others. */
    void discard(String eventId) {
        jdbc.sql(DISCARD).param("event_id", eventId).update();
    }

    private static QueuedEntry entry(ResultSet row) throws SQLException {
        return new QueuedEntry(
                row.getString("event_id"),
                row.getString("corp_id"),
                row.getString("event_type"),
                QueueState.of(row.getString("state")),
                row.getInt("attempts"),
                SqlTimes.instantOrNull(row, "next_attempt_at"),
                SqlTimes.instant(row, "queued_at"),
                SqlTimes.instant(row, "changed_at"),
                row.getString("last_error"));
    }

    private static String @Nullable [] anyOf(Collection<?> values) {
        return values.isEmpty() ? null : values.stream().map(Object::toString).toArray(String[]::new);
    }

    /** A row of the table. */
    record FoundEvent(QueuedEntry entry, Event event, String orderingKey, boolean isLateCopy) {
        /** The key to lease before the row may be changed. */
        LeaseKey leaseKey() {
            return new LeaseKey(event.corpId(), orderingKey);
        }
    }

    /** Another event of the same ordering key; {@code isBefore}: it comes first. */
    record NeighbourRow(String eventId, QueueState state, boolean isBefore) {}
}
