package io.github.dingtalkinbox.bench.http;

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
     * @param runs all runs with these approvals
     */
    void verify(Approvals approvals, List<Measured> runs) {
        await().atMost(LONGEST_QUEUE).until(() -> ids("queued_events", approvals).isEmpty());
        Map<String, Callback> sent = new HashMap<>();
        Set<String> answered = new HashSet<>();
        long deliveries = 0;
        long refused = 0;
        for (Measured run : runs) {
            run.sent().forEach(callback -> sent.put(id(callback), callback));
            run.answered().forEach(callback -> answered.add(id(callback)));
            deliveries += run.sent().size();
            refused += run.refused();
        }
        List<String> processed = ids("processed_events", approvals);
        assertThat(new HashSet<>(processed)).as("processed events").hasSameSizeAs(processed);
        assertThat(new HashSet<>(processed).containsAll(answered) && sent.keySet().containsAll(processed))
                .as("every answered event is processed, and nothing that was not sent")
                .isTrue();
        assertThat(ids("duplicate_deliveries", approvals).size())
                .as("deliveries of processed events")
                .isGreaterThanOrEqualTo(Math.toIntExact(deliveries - refused - processed.size()));
        verifyStates(approvals, processed.stream().map(sent::get).toList());
    }

    private void verifyStates(Approvals approvals, List<Callback> processed) {
        Map<String, State> expected = new HashMap<>();
        processed.forEach(
                callback -> expected.merge(callback.processInstanceId(), State.after(callback), State::and));
        Map<String, State> found = new HashMap<>();
        jdbc.sql("""
                        select process_instance_id, start_event_id, end_event_id
                          from inbox.approval_instances
                         where process_instance_id = any (:process_instance_id) and corp_id = :corp_id
                        """)
                .param("process_instance_id", expected.keySet().toArray(String[]::new))
                .param("corp_id", approvals.corpId())
                .query(row -> {
                    found.put(row.getString(1), new State(row.getString(2), row.getString(3)));
                });
        assertThat(found.equals(expected)).as("the approvals stand as the events say").isTrue();
    }

    private List<String> ids(String table, Approvals approvals) {
        return jdbc.sql("select event_id from inbox." + table
                        + " where corp_id = :corp_id and received_at >= cast(:since as timestamptz)")
                .param("corp_id", approvals.corpId())
                .param("since", approvals.since().toString())
                .query(String.class)
                .list();
    }

    private static String id(Callback callback) {
        return "default:" + callback.eventId();
    }

    /** What is known of an approval: by which event it was started, and by which it was ended. */
    private record State(@Nullable String startEventId, @Nullable String endEventId) {
        private static State after(Callback callback) {
            String id = id(callback);
            return callback.finishes() ? new State(null, id) : new State(id, null);
        }

        private State and(State other) {
            return new State(
                    startEventId == null ? other.startEventId : startEventId,
                    endEventId == null ? other.endEventId : endEventId);
        }
    }
}
