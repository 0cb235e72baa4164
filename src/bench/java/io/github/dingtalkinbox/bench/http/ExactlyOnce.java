package io.github.dingtalkinbox.bench.http;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Checks what a run has left in the database: speed that loses an event, or has one twice, is no speed. */
final class ExactlyOnce {
    private static final Duration LONGEST_QUEUE = Duration.ofMinutes(2);

    private final JdbcClient jdbc;

    ExactlyOnce(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Fails unless every answered event was processed once, nothing was processed that was not sent, and the approvals
     * stand as the processed events say.
     *
     * @param runs all runs with the events of this organisation
     */
    void verify(String corpId, List<Measured> runs) {
        await().atMost(LONGEST_QUEUE).until(() -> count("queued_events", corpId) == 0);
        Map<String, Callback> sent = new HashMap<>();
        Set<String> answered = new HashSet<>();
        long deliveries = 0;
        long refused = 0;
        for (Measured run : runs) {
            run.sent().forEach(callback -> sent.put("default:" + callback.eventId(), callback));
            run.answered().forEach(callback -> answered.add("default:" + callback.eventId()));
            deliveries += run.sent().size();
            refused += run.refused();
        }
        List<String> processed = column("event_id", "processed_events", corpId);
        assertThat(processed).doesNotHaveDuplicates();
        assertThat(new HashSet<>(processed).containsAll(answered)).as("no answered event is lost").isTrue();
        assertThat(sent.keySet().containsAll(processed)).as("only what was sent is processed").isTrue();
        assertThat(count("duplicate_deliveries", corpId))
                .as("deliveries of processed events")
                .isGreaterThanOrEqualTo(deliveries - refused - processed.size());
        verifyApprovals(corpId, processed.stream().map(sent::get).collect(toSet()));
    }

    private void verifyApprovals(String corpId, Set<Callback> processed) {
        Map<String, State> expected = new HashMap<>();
        processed.forEach(callback ->
                expected.merge(callback.processInstanceId(), State.after(callback), State::and));
        Map<String, State> found = jdbc
                .sql("""
                        select process_instance_id, start_event_id, end_event_id from approval_instances where corp_id = :corp_id
                        """)
                .param("corp_id", corpId)
                .query((row, n) -> Map.entry(row.getString(1), new State(row.getString(2), row.getString(3))))
                .list()
                .stream()
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(found.equals(expected)).as("the approvals stand as the events say").isTrue();
    }

    private long count(String table, String corpId) {
        return jdbc.sql("select count(*) from " + table + " where corp_id = :corp_id")
                .param("corp_id", corpId)
                .query(Long.class)
                .single();
    }

    private List<String> column(String column, String table, String corpId) {
        return jdbc.sql("select " + column + " from " + table + " where corp_id = :corp_id")
                .param("corp_id", corpId)
                .query(String.class)
                .list();
    }

    /** What is known of an approval: by which event it was started, and by which it was ended. */
    private record State(@Nullable String startEventId, @Nullable String endEventId) {
        private static State after(Callback callback) {
            String id = "default:" + callback.eventId();
            return callback.finishes() ? new State(null, id) : new State(id, null);
        }

        private State and(State other) {
            return new State(
                    startEventId == null ? other.startEventId : startEventId,
                    endEventId == null ? other.endEventId : endEventId);
        }
    }
}
