package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.service.simulator.Simulation;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import io.github.dingtalkinbox.service.simulator.SimulationResult;
import io.github.dingtalkinbox.service.simulator.Simulator;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The main job: encrypted callbacks over a real port, most of them twice, answered success, taking effect once. */
@Postgres
class EndToEndPostgresTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    @Test
    void everySimulatedEventIsAnsweredAndTakesEffectOnce(TestDatabase database, @TempDir Path handlers)
            throws Exception {
        JdbcClient jdbc = database.jdbc();
        jdbc.sql("create table payments (approval text primary key, times integer not null)")
                .update();
        Files.writeString(handlers.resolve("bpms_instance_change.sql"), """
                insert into payments
                select payload ->> 'processInstanceId', 1 from event where payload ->> 'type' = 'finish'
                    on conflict (approval) do update set times = payments.times + 1
                """);
        try (Service service = Service.start(database, "inbox.handlers.location=file:" + handlers)) {
            Load load = new Load(1200, 0.7, 0.1, 0, 24, PATIENT);
            SimulationResult result = Simulator.run(
                    new Simulation(service.url("/dingtalk/callback"), Service.CREDENTIALS, load, 20260921),
                    Clock.systemUTC(),
                    () -> {});

            assertThat(result.firstRefused()).isEmpty();
            assertThat(result.isAllAnswered()).isTrue();
            assertThat(result.twins()).isGreaterThan(700);
            assertThat(count(jdbc, "select count(*) from inbox.processed_events"))
                    .isEqualTo(result.events());
            assertThat(count(jdbc, "select count(*) from inbox.duplicate_deliveries"))
                    .isEqualTo(result.twins());
            assertThat(count(jdbc, "select count(*) from inbox.duplicate_deliveries where not same_payload"))
                    .as("another order of the keys is the same content")
                    .isZero();
            assertThat(count(jdbc, "select count(*) from payments where times <> 1"))
                    .as("approvals paid twice")
                    .isZero();
            assertThat(count(jdbc, "select count(*) from payments"))
                    .as("approvals paid")
                    .isPositive()
                    .isEqualTo(count(jdbc, "select count(*) from inbox.approval_instances where state = 'finished'"));
            assertThat(count(jdbc, "select count(*) from inbox.approval_instances where state = 'running'"))
                    .as("approvals whose late start has undone their end")
                    .isEqualTo(count(jdbc, """
                            select count(distinct payload ->> 'processInstanceId') from inbox.processed_events p
                             where event_type = 'bpms_instance_change'
                               and not exists (select from inbox.processed_events e
                                                where e.event_type = p.event_type
                                                  and e.payload ->> 'processInstanceId' = p.payload ->> 'processInstanceId'
                                                  and e.payload ->> 'type' <> 'start')
                            """));
            Invariants.assertNoRow(jdbc);
        }
    }

    private static long count(JdbcClient jdbc, String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
