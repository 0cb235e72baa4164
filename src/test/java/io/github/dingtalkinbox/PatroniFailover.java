package io.github.dingtalkinbox;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.FailoverScenario.Fault;
import io.github.dingtalkinbox.FailoverScenario.Interruption;
import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.cli.Cli;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.PatroniCluster;
import io.github.dingtalkinbox.testing.PatroniCluster.Node;
import io.github.dingtalkinbox.testing.ServiceProcess;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service on a PostgreSQL with synchronous standbys, whose servers are killed, hang, and are cut off, while twins come in
 * and handlers fail. Afterwards, each event that was answered {@code success} has taken effect once on the server that is
 * left. Only {@code .ci/with-patroni} runs it, hence its name.
 */
class PatroniFailover {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration CANCELLING = Duration.ofSeconds(5);
    private static final int MOST_SWITCHOVERS = 4;

    private static final String SOMETIMES_FAILS = """
            create function sometimes_fails() returns integer language plpgsql volatile as
            $$begin if random() < 0.2 then raise exception 'not this time'; end if; return 1; end$$
            """;
    private static final String COUNT_EFFECTS = """
            insert into effects (event_id, times)
            select payload ->> 'eventId', sometimes_fails() from event
                on conflict (event_id) do update set times = effects.times + 1
            """;

    private final List<Figures> figures = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 13, unit = TimeUnit.MINUTES)
    void nothingThatWasAnsweredIsLostOrDoubled() throws Exception {
        Path logs = Path.of("target", "patroni");
        PatroniCluster cluster = PatroniCluster.start(logs);
        create(cluster);
        try (TestDatabase database = cluster.database("inbox");
                ServiceProcess service = ServiceProcess.packaged(
                        database,
                        logs.resolve("service.log"),
                        "inbox.deadline=1s",
                        "inbox.handler-timeout=5s",
                        "inbox.queue.initial-backoff=200ms",
                        "inbox.handlers.location=file:" + handlers())) {
            service.start();
            service.awaitReady();
            Node first = cluster.primary();

            check("kill -9 of the primary and its Patroni", cluster, service, scenario -> {
                Node primary = cluster.primary();
                scenario.begins();
                cluster.kill(primary);
                cluster.awaitPrimaryOtherThan(primary);
                scenario.awaitMoreAnswers();
                cluster.start(primary);
            });
            check("the synchronous standby hangs", cluster, service, scenario -> {
                Node standby = cluster.synchronousStandby();
                scenario.begins();
                cluster.hang(standby);
                cluster.awaitSynchronousStandbyOtherThan(standby);
                scenario.awaitMoreAnswers();
                cluster.goOn(standby);
            });
            check("the primary is cut off, waits are cancelled", cluster, service, scenario -> {
                Node primary = cluster.primary();
                scenario.begins();
                cluster.cutOff(primary);
                assertThat(cluster.cancelWaits(primary, CANCELLING)).isPositive();
                cluster.awaitPrimaryOtherThan(primary);
                scenario.awaitMoreAnswers();
                cluster.reconnect(primary);
            });
            check("the same while its Patroni hangs, until mended", cluster, service, scenario -> {
                Node primary = cluster.primary();
                scenario.begins();
                cluster.hangPatroni(primary);
                cluster.cutOff(primary);
                assertThat(cluster.cancelWaits(primary, CANCELLING)).isPositive();
                cluster.awaitPrimaryOtherThan(primary);
                scenario.isMended();
                cluster.reconnect(primary);
                cluster.restartPatroni(primary);
                scenario.awaitMoreAnswers();
            });
            check("switched over, until the first is primary", cluster, service, scenario -> {
                for (int i = 0;
                        i < MOST_SWITCHOVERS && (i == 0 || !cluster.primary().equals(first));
                        i++) {
                    cluster.awaitComplete();
                    scenario.begins();
                    cluster.switchOver();
                    scenario.awaitMoreAnswers();
                }
            });
        } finally {
            System.out.println(table());
        }
        assertThat(figures).allSatisfy(Figures::requireThatAllIsWell);
    }

    private static void create(PatroniCluster cluster) {
        try (TestDatabase maintenance = cluster.database("postgres")) {
            maintenance.jdbc().sql("create database inbox").update();
        }
        try (TestDatabase inbox = cluster.database("inbox")) {
            inbox.jdbc().sql(SOMETIMES_FAILS).update();
            inbox.jdbc()
                    .sql("create table effects (event_id text primary key, times integer not null)")
                    .update();
        }
    }

    private Path handlers() throws IOException {
        Path handlers = Files.createDirectory(directory.resolve("handlers"));
        Files.writeString(handlers.resolve("bpms_instance_change.sql"), COUNT_EFFECTS);
        Files.writeString(handlers.resolve("bpms_task_change.sql"), COUNT_EFFECTS);
        return handlers;
    }

    private void check(String name, PatroniCluster cluster, ServiceProcess service, Fault fault) throws Exception {
        Path journal = directory.resolve(figures.size() + ".tsv");
        var scenario = new FailoverScenario(service, journal);
        scenario.run(fault);
        cluster.awaitComplete();
        try (TestDatabase survivor = cluster.database("inbox")) {
            awaitEmptyQueue(survivor);
            Set<String> once = effects(survivor, "times = 1");
            Set<String> often = effects(survivor, "times > 1");
            Set<String> answered = events(journal, "success"::equals);
            Set<String> lost = new HashSet<>(answered);
            lost.removeAll(once);
            lost.removeAll(often);
            often.retainAll(events(journal, answer -> true));
            figures.add(new Figures(
                    name,
                    scenario.interruption(),
                    answered.size(),
                    lost.size(),
                    often.size(),
                    verify(survivor, journal) == 0));
            System.out.println(figures.get(figures.size() - 1));
            Invariants.assertNoRow(survivor.jdbc());
        }
    }

    /** What is queued is not lost, but it has not taken effect yet. */
    private static void awaitEmptyQueue(TestDatabase database) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(database.jdbc()
                        .sql("select event_id, state from inbox.queued_events")
                        .query()
                        .listOfRows())
                .as("queued events")
                .isEmpty());
    }

    private static Set<String> effects(TestDatabase database, String condition) {
        return new HashSet<>(database.jdbc()
                .sql("select event_id from effects where " + condition)
                .query(String.class)
                .list());
    }

    /** Read with nothing of the program's own. */
    private static Set<String> events(Path journal, Predicate<String> answer) throws IOException {
        return Files.readAllLines(journal).stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .filter(columns -> answer.test(columns[1]))
                .map(columns -> columns[2])
                .collect(toSet());
    }

    private static int verify(TestDatabase database, Path journal) {
        return Cli.run(
                new String[] {
                    "audit",
                    "verify",
                    "--journal=" + journal,
                    "--spring.datasource.url=" + database.jdbcUrl(),
                    "--spring.datasource.username=" + database.user(),
                    "--spring.datasource.password=" + database.password()
                },
                Application::service);
    }

    private String table() {
        StringBuilder table = new StringBuilder("Failover of three nodes with Patroni, synchronous_mode on:\n");
        table.append(Figures.HEADER);
        figures.forEach(table::append);
        return table.toString();
    }

    /**
     * One line of the table.
     *
     * @param lost events that were answered and are not there
     * @param twice events whose effect is there more than once
     * @param isVerified whether the program finds the same
     */
    private record Figures(
            String name, Interruption interruption, int answered, int lost, int twice, boolean isVerified) {
        private static final String FORMAT = "  %-46s %9s %15s %11s %11s %9s %5s %6s%n";
        private static final String HEADER =
                FORMAT.formatted("", "silent", "received again", "not ready", "ready", "answered", "lost", "twice");

        /** Without an answer for so long, it must have said that it is not ready. */
        private static final Duration LONG = Duration.ofSeconds(5);

        private void requireThatAllIsWell() {
            assertThat(lost).as("%s: lost events", name).isZero();
            assertThat(twice).as("%s: events that took effect twice", name).isZero();
            assertThat(isVerified).as("%s: audit verify finds all well", name).isTrue();
            assertThat(interruption.receivedAgain())
                    .as("%s: received again", name)
                    .isLessThan(Duration.ofMinutes(1));
            if (interruption.silence().compareTo(LONG) > 0) {
                assertThat(interruption.unready())
                        .as("%s: not ready", name)
                        .hasValueSatisfying(after -> assertThat(after).isLessThan(LONG));
            }
        }

        @Override
        public String toString() {
            return FORMAT.formatted(
                    name,
                    seconds(Optional.of(interruption.silence())),
                    seconds(Optional.of(interruption.receivedAgain())),
                    seconds(interruption.unready()),
                    seconds(interruption.ready()),
                    answered,
                    lost,
                    twice);
        }

        private static String seconds(Optional<Duration> time) {
            return time.map(t -> "%.1f s".formatted(t.toMillis() / 1000.0)).orElse("–");
        }
    }
}
