package io.github.dingtalkinbox;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.audit.JournalFile;
import io.github.dingtalkinbox.service.cli.Cli;
import io.github.dingtalkinbox.service.gateway.GatewayCount;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.simulator.HttpTarget;
import io.github.dingtalkinbox.service.simulator.Misbehaviour;
import io.github.dingtalkinbox.service.simulator.Misbehaviours;
import io.github.dingtalkinbox.service.simulator.Simulation;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import io.github.dingtalkinbox.service.simulator.SimulationResult;
import io.github.dingtalkinbox.service.simulator.Simulator;
import io.github.dingtalkinbox.service.simulator.StreamSimulation;
import io.github.dingtalkinbox.service.simulator.StreamSimulation.BothWays;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.ServiceProcess;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Two services on one database, twins sent one to each, by HTTP, by Stream and by both, while one of them is killed again
 * and again, and the database too, and connections of Stream end or die. Afterwards, every event that the sender was answered {@code success} for has taken effect once: what the services
 * say of themselves counts for nothing. {@code -Dchaos.minutes=10} goes on for longer.
 */
class ChaosPostgresTest {
    private static final Duration AT_LEAST = Duration.ofMinutes(Long.getLong("chaos.minutes", 0));
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int LEAST_ROUNDS = 3;
    private static final int ANSWERS_BETWEEN = 100;

    private static final List<Duration> RETRIES =
            List.of(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(6));
    /** Played again and again, at three places: while one of them waits for its last retries, others send. */
    private static final Load LOAD = new Load(60, 1, 0.05, 20, 16, Load.DINGTALK_TIMEOUT, RETRIES);

    /** What a client must survive, except for a wrong secret, after which it waits for minutes. */
    private final Misbehaviours misbehaviours =
            new Misbehaviours(EnumSet.complementOf(EnumSet.of(Misbehaviour.ROTATE_SECRET)));

    private static final long SEED = 20261124;
    private static final String CLIENT_SECRET = "secret-of-chaos";

    private static final String COUNT_EFFECTS = """
            insert into effects (event_id, times)
            select substr(event_id, length('default:') + 1), 1 from event
                on conflict (event_id) do update set times = effects.times + 1
            """;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final List<SimulationResult> results = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void everyEventThatWasAnsweredTakesEffectOnceWhateverIsKilled() throws Exception {
        Path journal = directory.resolve("journal.tsv");
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase database = server.database();
                PlayedGateway gateway = PlayedGateway.start(
                        GatewaySettings.of(Service.CREDENTIALS.ownerKey(), CLIENT_SECRET), Clock.systemUTC());
                ServiceProcess one = node(database, gateway, "sync");
                ServiceProcess other = node(database, gateway, "queue")) {
            database.jdbc()
                    .sql("create table effects (event_id text primary key, times integer not null)")
                    .update();
            writeHandlers();
            one.start();
            other.start();
            one.awaitReady();
            other.awaitReady();

            Chaos chaos = new Chaos(server, database, List.of(one, other));
            HttpTarget urls = new HttpTarget(
                    List.of(one.url("/dingtalk/callback"), other.url("/dingtalk/callback")), Service.CREDENTIALS);
            // One of them by HTTP, one by Stream, and one by Stream and every other event by HTTP as well.
            sendWhile(
                    chaos,
                    List.of(
                            count -> Simulator.run(
                                    new Simulation(urls.urls(), urls.credentials(), LOAD, SEED),
                                    Clock.systemUTC(),
                                    count,
                                    () -> {}),
                            count -> byStream(gateway, null, count),
                            count -> byStream(gateway, new BothWays(0.5, urls), count)),
                    journal);
            awaitEmptyQueue(database.jdbc());

            int queued = database.jdbc()
                    .sql("select count(*) from inbox.accepted_events")
                    .query(Integer.class)
                    .single();
            System.out.println(figures(chaos, gateway, queued));
            assertThat(gateway.count(GatewayCount.SUCCESS))
                    .as("events acknowledged by Stream")
                    .isGreaterThan(ANSWERS_BETWEEN);
            assertThat(misbehaviours.done())
                    .as("kinds of misbehaviour")
                    .hasSize(Misbehaviour.values().length - 1)
                    .doesNotContainValue(0);
            // The last connection that was ended may not have tried yet.
            await().until(() -> gateway.count(GatewayCount.OPEN_CALLS_REFUSED) > 0
                    && gateway.count(GatewayCount.CONNECTIONS_REFUSED) > 0);
            assertThat(gateway.faults()).isEmpty();
            assertThat(queued).as("events that went through the queue").isPositive();
            assertEffects(database.jdbc(), successes(journal));
            Invariants.assertNoRow(database.jdbc());
            assertThat(Cli.run(
                            new String[] {
                                "audit",
                                "verify",
                                "--journal=" + journal,
                                "--spring.datasource.url=" + database.jdbcUrl(),
                                "--spring.datasource.username=" + database.user(),
                                "--spring.datasource.password=" + database.password()
                            },
                            Application::service))
                    .isZero();
        }
    }

    private ServiceProcess node(TestDatabase database, PlayedGateway gateway, String mode) throws IOException {
        return new ServiceProcess(
                database,
                Path.of("target", "chaos", mode + ".log"),
                "inbox.mode=" + mode,
                "inbox.deadline=1s",
                // The leases of a killed worker end 5 s after this.
                "inbox.handler-timeout=5s",
                "inbox.queue.initial-backoff=200ms",
                "inbox.apps.default.stream.enabled=true",
                "inbox.apps.default.client-id=" + Service.CREDENTIALS.ownerKey(),
                "inbox.apps.default.client-secret=" + CLIENT_SECRET,
                "inbox.stream.base-url=" + gateway.baseUrl(),
                "inbox.stream.watchdog=5s",
                // Nobody is there.
                "inbox.recovery.base-url=http://127.0.0.1:9",
                "inbox.handlers.location=file:" + directory.resolve("handlers"));
    }

    private void writeHandlers() throws IOException {
        Path handlers = Files.createDirectory(directory.resolve("handlers"));
        Files.writeString(handlers.resolve("bpms_instance_change.sql"), COUNT_EFFECTS);
        Files.writeString(handlers.resolve("bpms_task_change.sql"), COUNT_EFFECTS);
    }

    private void sendWhile(Chaos chaos, List<Play> plays, Path file) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(plays.size());
        try (JournalFile journal = JournalFile.open(file)) {
            List<Future<?>> senders = new ArrayList<>();
            for (Play play : plays) {
                senders.add(threads.submit(() -> {
                    while (!enough.get()) {
                        play(play, journal);
                    }
                    return null;
                }));
            }
            try {
                chaos.run();
            } finally {
                enough.set(true);
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void play(Play play, JournalFile journal) throws InterruptedException {
        Consumer<JournalEntry> count = entry -> {
            if (entry.answer().equals(JournalEntry.SUCCESS)) {
                answered.incrementAndGet();
            }
        };
        SimulationResult result = play.run(count.andThen(journal::append));
        synchronized (results) {
            results.add(result);
        }
    }

    private SimulationResult byStream(
            PlayedGateway gateway, @Nullable BothWays bothWays, Consumer<JournalEntry> journal)
            throws InterruptedException {
        return Simulator.run(
                new StreamSimulation(LOAD, SEED, misbehaviours, PATIENCE, bothWays),
                gateway,
                Clock.systemUTC(),
                journal,
                () -> {});
    }

    /** What is queued is not lost, but it has not taken effect yet. */
    private static void awaitEmptyQueue(JdbcClient jdbc) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                        jdbc.sql("select event_id, state from inbox.queued_events")
                                .query()
                                .listOfRows())
                .as("queued events")
                .isEmpty());
    }

    private static void assertEffects(JdbcClient jdbc, Set<String> successes) {
        List<String> once = jdbc.sql("select event_id from effects where times = 1")
                .query(String.class)
                .list();
        assertThat(once).as("events that took effect once").containsAll(successes);
        assertThat(jdbc.sql("select event_id from effects where times <> 1")
                        .query(String.class)
                        .list())
                .as("events that took effect more than once")
                .isEmpty();
        assertThat(once)
                .as("events that took effect")
                .hasSize(jdbc.sql("select count(*) from inbox.processed_events")
                        .query(Integer.class)
                        .single());
        assertThat(jdbc.sql("""
                                select p.payload ->> 'processInstanceId'
                                  from inbox.processed_events p
                                  left join inbox.approval_instances a
                                         on a.process_instance_id = p.payload ->> 'processInstanceId'
                                 where p.event_type = 'bpms_instance_change'
                                   and (a.state is null or p.payload ->> 'type' = 'finish' and a.state <> 'finished')
                                """).query(String.class).list())
                .as("approvals whose state misses an event")
                .isEmpty();
    }

    /** Read with nothing of the program's own. */
    private static Set<String> successes(Path journal) throws IOException {
        Set<String> ids = Files.readAllLines(journal).stream()
                .map(line -> line.split("\t", -1))
                .filter(columns -> columns[1].equals("success"))
                .map(columns -> columns[2])
                .collect(toSet());
        assertThat(ids).hasSizeGreaterThan(ANSWERS_BETWEEN);
        return ids;
    }

    private String figures(Chaos chaos, PlayedGateway gateway, int queued) {
        return """
                Chaos:
                  events               %7d  %d of them through the queue
                  deliveries           %7d  %d of them retries, %d given up in the end
                  by Stream            %7d  %d connections, %d of them at the end
                  misbehaviours                %s
                  kills of a service   %7d
                  all connections cut  %7d
                  database crashes     %7d
                """.formatted(
                        sum(SimulationResult::events),
                        queued,
                        sum(SimulationResult::deliveries),
                        sum(SimulationResult::retries),
                        sum(SimulationResult::givenUp),
                        gateway.count(GatewayCount.EVENTS),
                        gateway.count(GatewayCount.CONNECTIONS),
                        gateway.openConnections().size(),
                        misbehaviours.done(),
                        chaos.kills.get(),
                        chaos.terminations.get(),
                        chaos.crashes.get());
    }

    private int sum(ToIntFunction<SimulationResult> figure) {
        return results.stream().mapToInt(figure).sum();
    }

    /** One simulation. */
    private interface Play {
        SimulationResult run(Consumer<JournalEntry> journal) throws InterruptedException;
    }

    /** What goes wrong, one after the other, always under load. */
    private final class Chaos {
        private final AtomicInteger kills = new AtomicInteger();
        private final AtomicInteger terminations = new AtomicInteger();
        private final AtomicInteger crashes = new AtomicInteger();
        private final RestartableServer server;
        private final TestDatabase database;
        private final List<ServiceProcess> nodes;

        private Chaos(RestartableServer server, TestDatabase database, List<ServiceProcess> nodes) {
            this.server = server;
            this.database = database;
            this.nodes = nodes;
        }

        private void run() throws Exception {
            long start = System.nanoTime();
            for (int i = 0; i < LEAST_ROUNDS || System.nanoTime() - start < AT_LEAST.toNanos(); i++) {
                awaitMoreAnswers();
                killAndRestart(nodes.get(i % nodes.size()));
                awaitMoreAnswers();
                if (i % 2 == 0) {
                    terminateAllConnections();
                } else {
                    server.crashAndRestart();
                    crashes.incrementAndGet();
                }
            }
            awaitMoreAnswers();
            await().atMost(PATIENCE).until(() -> !misbehaviours.done().containsValue(0));
        }

        private void killAndRestart(ServiceProcess node) throws Exception {
            node.kill();
            kills.incrementAndGet();
            awaitMoreAnswers();
            node.start();
            node.awaitReady();
        }

        private void terminateAllConnections() {
            database.jdbc().sql("""
                            select pg_terminate_backend(pid) from pg_stat_activity
                             where datname = current_database() and pid <> pg_backend_pid()
                            """).query().listOfRows();
            terminations.incrementAndGet();
        }

        private void awaitMoreAnswers() {
            int before = answered.get();
            await().atMost(PATIENCE).until(() -> answered.get() >= before + ANSWERS_BETWEEN);
        }
    }
}
