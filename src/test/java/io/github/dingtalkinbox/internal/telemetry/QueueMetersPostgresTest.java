package io.github.dingtalkinbox.internal.telemetry;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.internal.queue.TestQueue;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The gauges against the table. */
@Postgres
class QueueMetersPostgresTest {
    private final JdbcClient jdbc;
    private final Node node;
    private final AtomicLong nanoTime = new AtomicLong();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    QueueMetersPostgresTest(TestDatabase database) {
        this.jdbc = database.jdbc();
        this.node = Node.on(database).handlers(new FailsAsItIsCalled()).build();
        new LevelMeters(registry, nanoTime::get).add(TestQueue.levels(database));
    }

    @BeforeEach
    void empty() {
        jdbc.sql("truncate inbox.processed_events, inbox.queued_events, inbox.accepted_events")
                .update();
    }

    @Test
    void anEmptyQueueHasNoDepthAndNoAge() {
        for (QueueState state : QueueState.OPEN) {
            assertThat(gauge("depth", state)).isZero();
            assertThat(gauge("age", state)).isZero();
        }
    }

    @Test
    void depthAndAgeAreThoseOfTheEventsInEachState() throws Exception {
        node.receive(List.of(approvalFinished("dead-1")));
        node.receive(List.of(approvalFinished("dead-2")));
        node.receive(List.of(approvalFinished("retrying-1")));
        node.receive(List.of(approvalStarted("dead-1", "behind")));
        node.receive(List.of(approvalFinished("fine")));
        age("event-of-dead-2", 7200);
        age("behind", 90);
        look();

        assertThat(gauge("depth", QueueState.DEAD)).isEqualTo(2);
        assertThat(gauge("depth", QueueState.RETRYING)).isEqualTo(1);
        assertThat(gauge("depth", QueueState.PENDING))
                .as("what waits behind the dead one")
                .isEqualTo(1);
        assertThat(gauge("age", QueueState.DEAD)).isBetween(7200.0, 7230.0);
        assertThat(gauge("age", QueueState.RETRYING)).isBetween(0.0, 30.0);
        assertThat(gauge("age", QueueState.PENDING)).isBetween(90.0, 120.0);
    }

    @Test
    void whatIsDiscardedIsNotInTheQueueAnyMore() throws Exception {
        node.receive(List.of(approvalFinished("dead-3")));
        assertThat(gauge("depth", QueueState.DEAD)).isEqualTo(1);

        jdbc.sql("update inbox.queued_events set state = 'discarded'").update();
        look();
        for (QueueState state : QueueState.OPEN) {
            assertThat(gauge("depth", state)).isZero();
        }
    }

    private static Event approvalStarted(String instance, String eventId) {
        return event("""
                {"EventType":"bpms_instance_change","EventTime":1790000000456,"CorpId":"ding0a1b2c3d4e5f60718",
                 "eventId":"%s","processInstanceId":"%s","type":"start","title":"差旅报销","staffId":"manager7001"}
                """.formatted(eventId, instance));
    }

    /** Later than the last answer is good for. */
    private void look() {
        nanoTime.addAndGet(LevelMeters.VALIDITY.toNanos());
    }

    private void age(String eventId, int seconds) {
        int updated = jdbc.sql("""
                        update inbox.queued_events
                           set queued_at = now() - make_interval(secs => :seconds)
                         where event_id = :event_id
                        """)
                .param("seconds", seconds)
                .param("event_id", "default:" + eventId)
                .update();
        assertThat(updated).isOne();
    }

    private double gauge(String name, QueueState state) {
        var gauge = registry.get("dingtalk.inbox.queue." + name)
                .tag("state", state.name().toLowerCase(Locale.ROOT));
        return name.equals("age")
                ? gauge.timeGauge().value(TimeUnit.SECONDS)
                : gauge.gauge().value();
    }

    private static final class FailsAsItIsCalled implements EventHandler {
        @Override
        public boolean handles(Event event) {
            return true;
        }

        @Override
        public void handle(Event event) {
            if (event.id().contains("dead")) {
                throw new PermanentFailure("of no use");
            }
            if (event.id().contains("retrying")) {
                throw new IllegalStateException("not yet");
            }
        }
    }
}
