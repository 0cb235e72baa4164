package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.approval.TestApprovals;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An upgrade from any version that there has been, in one go, while events come in: from programs of that version, which
 * go on until they are replaced, and already by today's. What was recorded before stays recorded, and is a duplicate when
 * it is delivered again; what comes meanwhile takes effect once, and no statement of an older program fails.
 */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class UpgradePostgresTest {
    /** The last migration of the first set: what came out first. Before it, there was nothing to upgrade. */
    private static final int FIRST_RELEASED = 8;

    private final TestDatabase server;
    /** Goes from version to version, for the databases of the tests to be copied from. */
    private final String ladder;

    private final ExecutorService programs = Executors.newCachedThreadPool();

    UpgradePostgresTest(TestDatabase server) {
        this.server = server;
        this.ladder = server.name() + "_ladder";
        server.jdbc().sql("create database " + ladder + " template template0").update();
    }

    @AfterAll
    void stop() {
        programs.shutdownNow();
        server.jdbc().sql("drop database " + ladder).update();
    }

    /** The newest is one of them: a start with nothing to do loses nothing either. */
    static Stream<Integer> versions() throws IOException {
        try (Stream<Path> migrations = Files.list(Path.of("db/migration"))) {
            return migrations
                    .map(file -> file.getFileName().toString())
                    .map(name -> Integer.valueOf(name.substring(1, name.indexOf("__"))))
                    .filter(version -> version >= FIRST_RELEASED)
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatWasAndWhatComesMeanwhileIsThereOnce(int version) throws Exception {
        String name = server.name() + "_from_" + version;
        climbTo(version);
        server.jdbc().sql("create database " + name + " template " + ladder).update();
        try (TestDatabase database = server.neighbour(name)) {
            EarlierProgram earlier = new EarlierProgram(database);
            earlier.leaveRows();
            database.jdbc().sql("create table effects (event_id text)").update();
            Node today = today(database);
            assertThat(isAnswered(today, TestEvents.unordered("asked-first")))
                    .as("answered before the upgrade")
                    .isTrue();

            int eventsOfToday = upgradeUnderWay(database, earlier, today);

            assertThat(today.receive(List.of(earlier.unordered())).get(0)).isInstanceOf(Outcome.Duplicate.class);
            assertThat(today.receive(List.of(earlier.approval())).get(0)).isInstanceOf(Outcome.Duplicate.class);
            today.settle();
            assertThat(count(database, "select count(*) from effects"))
                    .as("effects, with the first event and the one that waited in the queue")
                    .isEqualTo(eventsOfToday + 2);
            assertThat(count(database, "select count(*) from (select distinct event_id from effects) e"))
                    .isEqualTo(count(database, "select count(*) from effects"));
            assertThat(count(
                            database,
                            "select count(*) from inbox.processed_events where event_id like 'default:earlier-%'"))
                    .isEqualTo(earlier.events());
            Invariants.assertNoRow(database.jdbc());
        } finally {
            server.jdbc().sql("drop database " + name + " with (force)").update();
        }
    }

    /** Upgrades while both programs are at it. Returns how many events today's has received. */
    private int upgradeUnderWay(TestDatabase database, EarlierProgram earlier, Node today) throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        Future<Integer> ofEarlier = programs.submit(() -> work(begun, over, number -> {
            earlier.process(number);
            return true;
        }));
        Future<Integer> ofToday = programs.submit(
                () -> work(begun, over, number -> isAnswered(today, TestEvents.approvalFinished("today-" + number))));
        try {
            begun.await();
            new Schema(database.dataSource()).prepare();
        } finally {
            over.countDown();
        }
        assertThat(ofEarlier.get()).as("transactions of the earlier program").isPositive();
        return ofToday.get();
    }

    /** One event after the other, again until it is answered, as DingTalk does; at least one after the upgrade. */
    private static int work(CountDownLatch begun, CountDownLatch over, Program program) throws Exception {
        int answered = 0;
        boolean isLast = false;
        while (!isLast) {
            isLast = over.getCount() == 0;
            boolean isAnswered = program.receives(answered);
            begun.countDown();
            answered += isAnswered ? 1 : 0;
            assertThat(isAnswered || !isLast).as("answered after the upgrade").isTrue();
        }
        return answered;
    }

    private static boolean isAnswered(Node today, Event event) throws Exception {
        try {
            return today.receive(List.of(event)).get(0) instanceof Outcome.Processed;
        } catch (DatabaseUnavailable e) {
            return false;
        }
    }

    private static Node today(TestDatabase database) {
        return Node.on(database)
                .handlers(TestApprovals.handler(database.jdbc()), new EffectPerEvent(database.jdbc()))
                .build();
    }

    private static long count(TestDatabase database, String sql) {
        return database.jdbc().sql(sql).query(Long.class).single();
    }

    /** Without a pool: whoever copies a database has to be alone with it. */
    private void climbTo(int version) {
        Flyway.configure()
                .dataSource(server.jdbcUrl().replace(server.name(), ladder), server.user(), server.password())
                .locations("classpath:dingtalk-inbox/db/migration")
                .schemas("inbox")
                .table("inbox_schema_history")
                .target(String.valueOf(version))
                .load()
                .migrate();
    }

    /** A business update that shows each time it is made. */
    private record EffectPerEvent(JdbcClient jdbc) implements EventHandler {
        @Override
        public boolean handles(Event event) {
            return true;
        }

        @Override
        public void handle(Event event) {
            jdbc.sql("insert into effects values (?)").param(event.id()).update();
        }
    }

    /** A program that receives events. */
    private interface Program {
        boolean receives(int number) throws Exception;
    }
}
