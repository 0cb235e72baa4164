package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.intake.ContractFixture.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Commits that return, and yet are not where they have to be. */
@TestInstance(Lifecycle.PER_CLASS)
class UnprovenCommitPostgresTest {
    /** Long enough for two commits that succeed on a busy machine, and short enough to be waited for. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final RestartableServer server;
    private final TestDatabase database;
    private final TestDatabase dba;
    private final JdbcClient jdbc;
    private final Node node;

    /** The events that were answered by their own transaction. */
    private final Queue<String> believed = new ConcurrentLinkedQueue<>();

    UnprovenCommitPostgresTest(@TempDir Path directory) throws Exception {
        this.server = RestartableServer.start(directory.resolve("data"));
        this.database = server.database();
        this.dba = server.emptyDatabase();
        this.jdbc = dba.jdbc();
        this.node = Node.on(database)
                .handlers(new Effects(database.jdbc()))
                .deadline(DEADLINE)
                .observer(new Observer() {
                    @Override
                    public void processed(Event event, boolean isFromQueue, Duration handlingTime) {
                        believed.add(event.id());
                    }
                })
                .grace(Duration.ofMillis(300))
                .build();
    }

    @BeforeEach
    void createEffects() {
        Effects.createTable(jdbc);
        believed.clear();
    }

    @AfterEach
    void nothingIsLostOrDoubled() throws Exception {
        server.waitForStandby("");
        node.settle();
        Invariants.assertNoRow(jdbc);
    }

    @AfterAll
    void stop() throws Exception {
        threads.shutdownNow();
        dba.close();
        database.close();
        server.close();
    }

    @Test
    void aCommitWithAWarningIsLookedUp() throws Exception {
        Effects.warnAtCommit(jdbc, 1);
        Event event = approvalFinished(newId());

        assertThat(node.receive(List.of(event))).containsExactly(new Processed(event.id()));

        assertThat(believed).isEmpty();
        assertThat(Effects.of(jdbc, event)).isOne();
        assertThat(count("duplicate_deliveries", event)).isZero();
        assertThat(count("queued_events", event)).isZero();
    }

    @Test
    void aNoticeIsNoReasonToLookUpACommit() throws Exception {
        jdbc.sql("create or replace function notify() returns trigger language plpgsql as"
                        + " 'begin raise notice ''by the way''; return null; end'")
                .update();
        jdbc.sql("create constraint trigger notifies_at_commit after insert on effects initially deferred"
                        + " for each row execute function notify()")
                .update();
        Event event = approvalFinished(newId());

        assertThat(node.receive(List.of(event))).containsExactly(new Processed(event.id()));

        assertThat(believed).containsExactly(event.id());
    }

    /** Both end the wait for a standby; the transaction is committed on this server, and only there. */
    @ParameterizedTest
    @ValueSource(strings = {"pg_cancel_backend", "pg_terminate_backend"})
    void aCommitWhoseWaitForTheStandbyIsEndedIsNotAnswered(String end) throws Exception {
        Event event = approvalFinished(newId());
        server.waitForStandby("away");

        Future<List<Outcome>> first = threads.submit(() -> node.receive(List.of(event)));
        endWaits(end, first);
        assertThatThrownBy(first::get).hasCauseInstanceOf(DatabaseUnavailable.class);
        assertThat(Effects.of(jdbc, event)).as("committed here").isOne();

        // It finds what is here alone, and has to wait for the standby as well.
        Future<List<Outcome>> second = threads.submit(() -> node.receive(List.of(event)));
        endWaits(end, second);
        assertThatThrownBy(second::get).hasCauseInstanceOf(DatabaseUnavailable.class);

        server.waitForStandby("");
        assertThat(node.receive(List.of(event))).containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(Effects.of(jdbc, event)).isOne();
    }

    @Test
    void aDuplicateOfWhatTheStandbyHasNotConfirmedIsNotAnswered() throws Exception {
        Event event = approvalFinished(newId());
        Event twin = TestEvents.deliveredAt(event, event.delivery().receivedAt().plusMillis(1));
        server.waitForStandby("away");
        Future<List<Outcome>> first = threads.submit(() -> node.receive(List.of(event)));
        endWaits("pg_cancel_backend", first);
        assertThatThrownBy(first::get).hasCauseInstanceOf(DatabaseUnavailable.class);

        assertThatThrownBy(() -> node.receive(List.of(twin))).isInstanceOf(DatabaseUnavailable.class);

        server.waitForStandby("");
        assertThat(node.receive(List.of(twin))).containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(Effects.of(jdbc, event)).isOne();
    }

    /** A reload changes every session that has not set it itself. */
    @ParameterizedTest
    @ValueSource(strings = {"client_min_messages = error", "synchronous_commit = local", "synchronous_commit = off"})
    void aSettingThatIsReloadedDoesNotMakeACancelledWaitAnAnswer(String setting) throws Exception {
        node.receive(List.of(approvalFinished(newId()))); // a session that has been found fit
        server.waitForStandby("away");
        reload("alter system set " + setting);
        try {
            Event event = approvalFinished(newId());
            Future<List<Outcome>> delivery = threads.submit(() -> node.receive(List.of(event)));
            endWaits("pg_cancel_backend", delivery);
            assertThatThrownBy(delivery::get).hasCauseInstanceOf(DatabaseUnavailable.class);
        } finally {
            reload("alter system reset " + setting.substring(0, setting.indexOf(' ')));
        }
    }

    private void reload(String change) {
        jdbc.sql(change).update();
        jdbc.sql("select pg_reload_conf()").query().singleRow();
    }

    /** Each that there is, until the delivery has its answer. */
    private void endWaits(String how, Future<?> delivery) {
        String waits = "from pg_stat_activity where wait_event = 'SyncRep' and pid <> pg_backend_pid()";
        await().until(() -> count("select count(*) " + waits) > 0);
        await().pollInterval(Duration.ofMillis(50)).until(() -> {
            jdbc.sql("select " + how + "(pid) " + waits).query().listOfRows();
            return delivery.isDone();
        });
    }

    private long count(String table, Event event) {
        return jdbc.sql("select count(*) from inbox." + table + " where event_id = ?")
                .param(event.id())
                .query(Long.class)
                .single();
    }

    private long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }
}
