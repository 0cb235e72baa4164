package io.github.dingtalkinbox.internal.telemetry;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.unordered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestHandlers;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@Postgres
@ExtendWith(OutputCaptureExtension.class)
class RecorderPostgresTest {
    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final Recorder recorder;

    RecorderPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.recorder = recorder(database.dataSource());
    }

    @BeforeEach
    void empty() {
        jdbc.sql(
                        "truncate inbox.processed_events, inbox.duplicate_deliveries, inbox.queued_events, inbox.accepted_events, inbox.handling_times")
                .update();
    }

    @Test
    void everyProcessedEventHasItsTimeAfterTheCommit() throws Exception {
        Event event = approvalFinished("1", "agree");
        Node node = Node.on(database)
                .handlers(TestHandlers.everyEvent(e -> {
                    recorder.runOnce();
                    assertThat(times()).as("before the commit").isEmpty();
                    await().pollDelay(Duration.ofMillis(30)).until(() -> true);
                }))
                .observer(recorder)
                .build();

        node.receive(List.of(event));
        node.receive(List.of(event));
        recorder.runOnce();
        assertThat(jdbc.sql(
                                "select event_id, app, corp_id, event_type, now() - handled_at < interval '1 minute' as now, handling_time >= interval '30 ms' as slow from"
                                        + " inbox.handling_times")
                        .query((row, n) -> List.of(
                                row.getString("event_id"),
                                row.getString("app"),
                                row.getString("corp_id"),
                                row.getString("event_type"),
                                row.getBoolean("now"),
                                row.getBoolean("slow")))
                        .list())
                .containsExactly(List.of(event.id(), "default", event.corpId(), event.type(), true, true));
    }

    @Test
    void anAttemptThatFailsHasNoTimeAndTheOneThatSucceedsHasItsOwn() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        Node node = Node.on(database)
                .handlers(TestHandlers.everyEvent(e -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                }))
                .observer(recorder)
                .build();

        node.receive(List.of(unordered("1")));
        recorder.runOnce();
        assertThat(times()).isEmpty();

        jdbc.sql("update inbox.queued_events set next_attempt_at = now()").update();
        node.settle();
        recorder.runOnce();
        assertThat(times()).hasSize(1);
        assertThat(attempts).hasValue(2);
    }

    @Test
    void eventsOfOneTransactionShareItsTime() throws Exception {
        Node node = Node.on(database)
                .handlers(TestHandlers.everyEvent(e -> {}))
                .observer(recorder)
                .build();
        node.receive(List.of(unordered("1"), unordered("2"), unordered("3")));
        recorder.runOnce();
        assertThat(times()).hasSize(3);
        assertThat(times().stream().distinct()).hasSize(1);
    }

    @Test
    void moreThanABatchIsWrittenAtOnce() {
        processed(recorder, 2 * Recorder.BATCH + 1);
        recorder.runOnce();
        assertThat(times()).hasSize(2 * Recorder.BATCH + 1);
    }

    @Test
    void itHoldsSoMuchAndCountsTheRest(CapturedOutput output) {
        processed(recorder, Recorder.MOST_WAITING + 7);
        recorder.runOnce();
        assertThat(times()).hasSize(Recorder.MOST_WAITING);
        assertThat(output).contains("7 handling times are lost");
    }

    @Test
    void whatCouldNotBeSentIsWrittenWhenTheDatabaseIsBack(CapturedOutput output) {
        AtomicBoolean isAway = new AtomicBoolean(true);
        Recorder away = recorder(new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                if (isAway.get()) {
                    throw new SQLException("away", "08001");
                }
                return super.getConnection();
            }
        });
        processed(away, 3);
        away.runOnce();
        away.runOnce();
        assertThat(times()).isEmpty();

        isAway.set(false);
        processed(away, 1);
        away.runOnce();
        assertThat(times()).hasSize(4);
        assertThat(output).containsOnlyOnce("Handling times cannot be written").doesNotContain("are lost");
    }

    @Test
    void whatTheDatabaseRefusesIsLostAndCounted(CapturedOutput output) {
        jdbc.sql("alter table inbox.handling_times rename to away").update();
        try {
            processed(recorder, 2);
            recorder.runOnce();
        } finally {
            jdbc.sql("alter table inbox.away rename to handling_times").update();
        }
        processed(recorder, 1);
        recorder.runOnce();
        assertThat(times()).hasSize(1);
        assertThat(output).contains("Handling times cannot be written").contains("2 handling times are lost");
    }

    @Test
    void theServiceWritesThemAsItGoesAndAtItsEnd() throws Exception {
        try (Service service = Service.start(database)) {
            service.client().deliver(approvalJson("1"));
            await().untilAsserted(() -> assertThat(times()).hasSize(1));
            service.client().deliver(approvalJson("2"));
        }
        assertThat(times()).hasSize(2);
    }

    private static String approvalJson(String instance) {
        return "{\"EventType\":\"bpms_instance_change\",\"CorpId\":\"ding1\",\"processInstanceId\":\"%s\",\"type\":\"start\"}"
                .formatted(instance);
    }

    private static void processed(Recorder recorder, int events) {
        Event event = unordered("1");
        for (int i = 0; i < events; i++) {
            recorder.processed(event, false, Duration.ofMillis(i));
        }
    }

    private List<String> times() {
        return jdbc.sql("select handling_time::text from inbox.handling_times")
                .query(String.class)
                .list();
    }

    private static Recorder recorder(DataSource dataSource) {
        return new Recorder(new HandlingTimes(dataSource));
    }
}
