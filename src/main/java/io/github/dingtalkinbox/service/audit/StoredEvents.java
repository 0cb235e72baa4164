package io.github.dingtalkinbox.service.audit;

import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code processed_events} and {@code queued_events} tables, in one statement: between two statements, an event
 * could move from one to the other and be seen in neither.
 *
 * <p>Compares the content of payloads, not the identities that the service derived from them. Type and organisation of
 * an event that came over Stream are not in its payload, but were in the headers of its frame.
 */
final class StoredEvents {
    // Two joins that can hash, and not one with an "or", which compares each with each.
    private static final String FIND = """
            with sent as (
              select number - 1 as number, event_id, event_type, type, process_instance_id, task_id, corp_id
                from unnest(cast(:event_id as text[]), cast(:event_type as text[]), cast(:type as text[]),
                            cast(:process_instance_id as text[]), cast(:task_id as text[]), cast(:corp_id as text[]))
                     with ordinality
                     as s (event_id, event_type, type, process_instance_id, task_id, corp_id, number)
            ), stored as (
              select 'processed' as place, event_id as stored_as, event_type, corp_id, payload
                from inbox.processed_events
               where processed_at >= :since
               union all
              select state, event_id, event_type, corp_id, payload
                from inbox.queued_events
               where queued_at >= :since
            ), described as materialized (
              select place, stored_as,
                     payload ->> 'eventId' as event_id,
                     coalesce(payload ->> 'EventType', event_type) as event_type,
                     payload ->> 'type' as type,
                     payload ->> 'processInstanceId' as process_instance_id,
                     coalesce(payload ->> 'taskId', '') as task_id,
                     coalesce(payload ->> 'CorpId', corp_id) as corp_id
                from stored
            ), found as (
              select s.number, d.place, d.stored_as
                from sent s
                join described d on d.event_id = s.event_id
               union
              select s.number, d.place, d.stored_as
                from sent s
                join described d using (event_type, type, process_instance_id, task_id, corp_id)
            )
            select number, place, count(*) as copies
              from found
             group by number, place
            """;

    private final JdbcClient jdbc;

    StoredEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Where each event is.
     *
     * @param since events that were processed or queued earlier, by the database's clock, are not searched
     * @return for each event, in their order, how often it is in each place: in the log, or in the queue in a state
     */
    List<Copies> find(List<SentEvent> events, Instant since) {
        List<Map<String, Integer>> copies = new ArrayList<>();
        events.forEach(e -> copies.add(new TreeMap<>()));
        jdbc.sql(FIND)
                .param("event_id", SqlArrays.texts(events, SentEvent::eventId))
                .param("event_type", SqlArrays.texts(events, SentEvent::eventType))
                .param("type", SqlArrays.texts(events, SentEvent::type))
                .param("process_instance_id", SqlArrays.texts(events, SentEvent::processInstanceId))
                .param("task_id", SqlArrays.texts(events, SentEvent::taskId))
                .param("corp_id", SqlArrays.texts(events, SentEvent::corpId))
                .param("since", SqlTimes.parameter(since))
                .query(row -> {
                    copies.get(row.getInt("number")).put(row.getString("place"), row.getInt("copies"));
                });
        return copies.stream().map(Copies::new).toList();
    }

    /** @param byPlace how often the event is stored: {@code processed}, or a state of {@code queued_events} */
    record Copies(Map<String, Integer> byPlace) {
        private static final String PROCESSED = "processed";

        boolean isLost() {
            return byPlace.isEmpty();
        }

        boolean isProcessed() {
            return byPlace.containsKey(PROCESSED);
        }

        /** A queued copy of a processed event does not count, because the worker will drop it. */
        boolean isTwice() {
            return times() > 1;
        }

        int times() {
            return byPlace.getOrDefault(
                    PROCESSED, byPlace.values().stream().mapToInt(n -> n).sum());
        }

        /** Its state in the queue. */
        String state() {
            return byPlace.keySet().iterator().next();
        }
    }
}
