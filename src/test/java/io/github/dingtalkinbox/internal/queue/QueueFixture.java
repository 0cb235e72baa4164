package io.github.dingtalkinbox.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.identity.TestHandlers;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the tests of the queue share: an empty queue, a business update that shows each time it is made, and a look inside. */
@Postgres
public abstract class QueueFixture {
    static final Instant NOON = Instant.parse("2026-09-21T12:00:00Z");

    public final ExecutorService threads = Executors.newCachedThreadPool();
    public final TestDatabase database;
    public final JdbcClient jdbc;

    public QueueFixture(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void startEmpty() {
        jdbc.sql("""
                truncate inbox.processed_events, inbox.duplicate_deliveries, inbox.queued_events, inbox.ordering_leases, inbox.accepted_events,
                         inbox.identity_windows, inbox.failed_attempts
                """).update();
        jdbc.sql("drop table if exists effects").update();
        jdbc.sql("create table effects (place bigint generated always as identity, event_id text not null)")
                .update();
    }

    @AfterEach
    void nothingIsLostOrTwice() {
        threads.shutdownNow();
        Invariants.assertNoRow(jdbc);
        assertThat(jdbc.sql("select event_id from effects group by event_id having count(*) > 1")
                        .query(String.class)
                        .list())
                .as("events that took effect twice")
                .isEmpty();
    }

    /** A node that stores every event first, and whose handlers are the business update and then this one. */
    final Node queueing(Action handler) {
        return Node.on(database)
                .queueing()
                .handlers(effects(database), doing(handler))
                .build();
    }

    final Node queueing() {
        return queueing(event -> {});
    }

    static Worker worker(Node node) {
        return node.queue().worker(node.processor());
    }

    /** Has events stored. */
    final void enqueue(Event... events) throws Exception {
        Node node = queueing();
        for (Event event : events) {
            assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
        }
    }

    /** The event of this approval that is the n-th to happen, and to arrive. */
    static Event nth(String instance, int n) {
        return TestEvents.taskStarted(instance, "task" + n, NOON.plusSeconds(n), NOON.plusSeconds(3600 + n));
    }

    /** The business update: a row each time it is made. */
    static EventHandler effects(TestDatabase database) {
        JdbcClient jdbc = database.jdbc();
        return doing(event -> jdbc.sql("insert into effects (event_id) values (?)")
                .param(event.id())
                .update());
    }

    static EventHandler doing(Action action) {
        return TestHandlers.everyEvent(action);
    }

    /** The events that took effect, in their order. */
    final List<String> effects() {
        return jdbc.sql("select event_id from effects order by place")
                .query(String.class)
                .list();
    }

    final Map<String, Object> queued(Event event) {
        return jdbc.sql("""
                        select state, attempts, last_error, late_copy
                          from inbox.queued_events
                         where event_id = ?
                        """).param(event.id()).query().singleRow();
    }

    /** Whether the event was put off after this moment, by as long as a worker waits for a twin. */
    final boolean isPutOff(Event event, OffsetDateTime since) {
        return jdbc.sql(
                        "select next_attempt_at >= cast(? as timestamptz) + interval '1 second' from inbox.queued_events"
                                + " where event_id = ?")
                .params(since, event.id())
                .query(Boolean.class)
                .single();
    }

    final OffsetDateTime now() {
        return jdbc.sql("select now()").query(OffsetDateTime.class).single();
    }

    final List<String> queuedIds() {
        return jdbc.sql("select event_id from inbox.queued_events order by event_id")
                .query(String.class)
                .list();
    }

    final int count(String table) {
        return jdbc.sql("select count(*) from inbox." + table)
                .query(Integer.class)
                .single();
    }

    final void setState(Event event, String state) {
        jdbc.sql("update inbox.queued_events set state = ?, next_attempt_at = null where event_id = ?")
                .params(state, event.id())
                .update();
    }

    final void makeDue() {
        jdbc.sql("update inbox.queued_events set next_attempt_at = now() where next_attempt_at is not null")
                .update();
    }

    /** As if the workers that hold leases had been silent for too long. */
    final void letLeasesRunOut() {
        jdbc.sql("update inbox.ordering_leases set leased_until = now() - interval '1 second'")
                .update();
    }

    /** Waits until a session of this database waits for a lock. */
    final void awaitALockWait() {
        Awaitility.await().until(() -> !database.lockWaits().isEmpty());
    }

    static String[] ids(Event... events) {
        return List.of(events).stream().map(Event::id).toArray(String[]::new);
    }

    static Outcome only(List<Outcome> outcomes) {
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }
}
