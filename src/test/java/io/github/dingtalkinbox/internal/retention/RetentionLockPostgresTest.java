package io.github.dingtalkinbox.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One at a time, and one that ends in the middle leaves nothing but work for the next one. */
@Postgres
class RetentionLockPostgresTest {
    /** Shorter than usual, and yet more than a batch takes on a busy machine. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private final TestDatabase database;
    private final History history;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicLong removed = new AtomicLong();

    RetentionLockPostgresTest(TestDatabase database) {
        this.database = database;
        this.history = new History(database);
    }

    @BeforeEach
    void fill() {
        history.empty().events(40, "a", 100).events(41, "a", 100).seal();
    }

    @AfterEach
    void noInvariantIsBroken() {
        Invariants.assertNoRow(database.jdbc());
    }

    @Test
    void secondOneLeavesAndSaysWhoIsAtIt() throws Exception {
        try (Retention first = Settings.retention(database, new Stalled(), "batch-size=10");
                Retention second = Settings.retention(database)) {
            CompletableFuture<RetentionReport> running =
                    CompletableFuture.supplyAsync(() -> first.runOnce(Settings.ORDER));
            reached.await();

            RetentionReport report = second.runOnce(Settings.ORDER);
            assertThat(report.outcome()).isEqualTo(CleanupOutcome.BUSY);
            assertThat(report.problems())
                    .singleElement()
                    .asString()
                    .matches("The cleanup is already running: node/1 \\S+ has its lock until \\S+Z at the latest\\.");
            assertThat(report.rows()).isZero();

            goOn.countDown();
            assertThat(running.get().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
            assertThat(running.get().rows()).isEqualTo(200);
            assertThat(second.runOnce(Settings.ORDER).outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        }
    }

    /** A node that hangs is as good as dead, until it goes on: then it must not. */
    @Test
    void nodeThatDiedInTheMiddleIsFollowedByAnother() throws Exception {
        try (Retention first = Settings.impatient(database, SHORT, new Stalled(), "batch-size=10");
                Retention second = Settings.retention(database, "batch-size=10")) {
            CompletableFuture<RetentionReport> hanging =
                    CompletableFuture.supplyAsync(() -> first.runOnce(Settings.ORDER));
            reached.await();
            assertThat(history.count("processed_events")).isEqualTo(190);

            RetentionReport report =
                    await().until(() -> second.runOnce(Settings.ORDER), r -> r.outcome() != CleanupOutcome.BUSY);
            assertThat(report.outcome()).isEqualTo(CleanupOutcome.COMPLETED);
            assertThat(report.rows()).isEqualTo(190);

            goOn.countDown();
            assertThat(hanging.get().outcome()).isEqualTo(CleanupOutcome.FAILED);
            assertThat(hanging.get().problems()).singleElement().asString().contains("Its lock is lost");
            assertThat(hanging.get().rows()).isEqualTo(10);
        }
    }

    @Test
    void lockThatIsLostEndsTheRunBeforeTheNextBatch() {
        CleanupListener thief = new CleanupListener() {
            @Override
            public void removed(String table, long rows) {
                removed.addAndGet(rows);
                database.jdbc()
                        .sql(
                                "update inbox.cleanup_lock set locked_by = 'thief', locked_until = now() + interval '1 hour'")
                        .update();
            }
        };
        try (Retention retention = Settings.retention(database, thief, "batch-size=10")) {
            RetentionReport report = retention.runOnce(Settings.ORDER);
            assertThat(report.outcome()).isEqualTo(CleanupOutcome.FAILED);
            assertThat(removed).hasValue(10);
            assertThat(history.count("processed_events")).isEqualTo(190);
            assertThat(history.count("cleanup_lock", "locked_by = 'thief' and locked_until > now()"))
                    .as("the lock of the other one")
                    .isEqualTo(1);
        }
    }

    /** With the password of the service, anybody can set it. */
    @ParameterizedTest
    @ValueSource(strings = {"infinity", "2999-01-01", "-infinity"})
    void lockThatNoRunCanHaveSetStopsNone(String until) {
        try (Retention retention = Settings.retention(database)) {
            database.jdbc().sql("""
                            insert into inbox.cleanup_lock values ('cleanup', 'nobody', now(), cast(:until as timestamptz))
                                on conflict (name) do update
                               set locked_by = excluded.locked_by, locked_until = excluded.locked_until
                            """).param("until", until).update();
            RetentionReport report = retention.runOnce(Settings.ORDER);
            assertThat(report.outcome()).isEqualTo(CleanupOutcome.COMPLETED);
            assertThat(report.rows()).isEqualTo(200);
        }
    }

    @Test
    void stopEndsTheRunAfterTheBatchUnderWay() throws Exception {
        try (Retention retention = Settings.retention(database, new Stalled(), "batch-size=10")) {
            CompletableFuture<RetentionReport> running =
                    CompletableFuture.supplyAsync(() -> retention.runOnce(Settings.ORDER));
            reached.await();
            retention.stop();
            goOn.countDown();
            assertThat(running.get().outcome()).isEqualTo(CleanupOutcome.STOPPED);
            assertThat(running.get().rows()).isEqualTo(10);
            assertThat(history.count("processed_events")).isEqualTo(190);
            assertThat(retention.runOnce(Settings.ORDER).rows())
                    .as("while it is stopped")
                    .isZero();
            retention.goOn();
            assertThat(retention.runOnce(Settings.ORDER).rows()).isEqualTo(190);
        }
        assertThat(database.jdbc()
                        .sql(
                                "select outcome || ' ' || rows_removed from inbox.cleanup_runs where table_name = '' order by began_at")
                        .query(String.class)
                        .list())
                .containsExactly("stopped 10", "stopped 0", "completed 190");
    }

    @Test
    void stopEndsTheRestBetweenBatches() {
        CompletableFuture<RetentionReport> running;
        try (Retention retention = Settings.retention(database, new Stalled(), "batch-size=10", "pause=1h")) {
            goOn.countDown();
            running = CompletableFuture.supplyAsync(() -> retention.runOnce(Settings.ORDER));
            await().until(() -> reached.getCount() == 0);
            retention.stop();
            await().until(running::isDone);
            assertThat(running.join().outcome()).isEqualTo(CleanupOutcome.STOPPED);
        }
    }

    /** What somebody else holds for a moment is tried again. */
    @Test
    void rowThatIsInUseIsTriedAgain() throws Exception {
        try (Retention retention = Settings.retention(database, "batch-size=200");
                var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from inbox.processed_events where event_id = 'a-41-50' for update");
            CompletableFuture<RetentionReport> running =
                    CompletableFuture.supplyAsync(() -> retention.runOnce(Settings.ORDER));
            await().until(() -> JdbcClient.create(database.dataSource())
                    .sql("select xact_rollback > 0 from pg_stat_database where datname = current_database()")
                    .query(Boolean.class)
                    .single());
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(running.get().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
            assertThat(running.get().rows()).isEqualTo(200);
        }
    }

    /** Has removed a batch, and is not heard of for a while. */
    private final class Stalled implements CleanupListener {
        @Override
        public void removed(String table, long rows) {
            reached.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
