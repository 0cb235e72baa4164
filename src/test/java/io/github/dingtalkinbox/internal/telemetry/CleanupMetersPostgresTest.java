package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.retention.CleanupOrder;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be seen of the cleanup. */
@Postgres
class CleanupMetersPostgresTest {
    private static final CleanupOrder ORDER = new CleanupOrder("maria", "here/1", "to see", null);

    private final TestDatabase database;
    private final History history;

    CleanupMetersPostgresTest(TestDatabase database) {
        this.database = database;
        this.history = new History(database);
    }

    @BeforeEach
    void empty() {
        history.empty();
    }

    @Test
    void whatIsRemovedAndRefusedIsCounted() {
        history.events(100, "a", 10)
                .duplicates(100, "a", Duration.ofMinutes(90))
                .seal()
                .events(50, "late", 1);
        try (Service service =
                Service.start(database, "inbox.retention.schedule=-", "inbox.seal.key=" + TestSeals.KEY)) {
            MeterRegistry registry = service.bean(MeterRegistry.class);
            assertThat(seconds(registry, "twin.gap.largest")).isEqualTo(5400);
            assertThat(seconds(registry, "cleanup.age")).as("never").isNaN();
            assertThat(Meters.counts(registry))
                    .as("known before the first one")
                    .containsEntry("cleanup.refused/too_short", 0L);

            service.bean(Retention.class).runOnce(ORDER);

            assertThat(Meters.counts(registry))
                    .containsEntry("cleanup.removed/processed_events", 10L)
                    .containsEntry("cleanup.removed/duplicate_deliveries", 10L)
                    .containsEntry("cleanup.refused/not_sealed", 0L)
                    .containsEntry("cleanup.runs/completed", 1L);
        }
        try (Service service = Service.start(
                database,
                "inbox.retention.schedule=-",
                "inbox.retention.events=1h",
                "inbox.seal.key=" + TestSeals.KEY)) {
            service.bean(Retention.class).runOnce(ORDER);
            assertThat(Meters.counts(service.bean(MeterRegistry.class)))
                    .containsEntry("cleanup.refused/too_short", 1L)
                    .containsEntry("cleanup.runs/refused", 1L);
        }
    }

    @Test
    void ageIsThatOfTheLastRunThatCameThroughWhereverItRan() {
        try (Service service = Service.start(database, "inbox.retention.schedule=-")) {
            Retention retention = service.bean(Retention.class);
            MeterRegistry registry = new SimpleMeterRegistry();
            new LevelMeters(registry, () -> 0).add(retention);
            retention.runOnce(ORDER);
            database.jdbc()
                    .sql("update inbox.cleanup_runs set ended_at = ended_at - interval '1 hour'")
                    .update();
            database.jdbc().sql("""
                            insert into inbox.cleanup_runs (run_id, table_name, event_type, day, outcome, operator, origin, reason, ended_at)
                            select gen_random_uuid(), '', '', day, 'refused', 'x', 'x', 'x', now() from inbox.cleanup_runs
                            """).update();
            assertThat(seconds(registry, "cleanup.age")).isBetween(3600.0, 3700.0);
        }
    }

    private static double seconds(MeterRegistry registry, String name) {
        TimeGauge gauge = registry.get("dingtalk.inbox." + name).timeGauge();
        return gauge.value(TimeUnit.SECONDS);
    }
}
