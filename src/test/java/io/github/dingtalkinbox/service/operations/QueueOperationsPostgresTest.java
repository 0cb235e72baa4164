package io.github.dingtalkinbox.service.operations;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Result;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

@Postgres
class QueueOperationsPostgresTest {
    private static final Instruction DO_IT = new Instruction("maria@ops", "a test", "the form is mended", false);
    private static final Instruction ONLY_SAY_IT = new Instruction("maria@ops", "a test", "to see", true);

    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final QueueOperations operations;
    private final Handler handler = new Handler();
    private final Node node;

    QueueOperationsPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.operations = new QueueOperations(database.dataSource(), new JdbcTransactionManager(database.dataSource()));
        this.node = Node.on(database).handlers(handler).maxAttempts(1).build();
    }

    @BeforeEach
    void empty() {
        jdbc.sql(
                        "truncate inbox.queued_events, inbox.accepted_events, inbox.ordering_leases, inbox.operator_actions, inbox.processed_events,"
                                + " inbox.duplicate_deliveries")
                .update();
    }

    @AfterEach
    void noInvariantIsBroken() {
        Invariants.assertNoRow(jdbc);
        assertThat(jdbc.sql("select count(*) from inbox.ordering_leases where holder = 'maria@ops'")
                        .query(Long.class)
                        .single())
                .as("leases left behind")
                .isZero();
    }

    @Test
    void replayLetsADeadEventAndThoseBehindItProceed() throws Exception {
        String approval = newId();
        Event dead = die(started(approval));
        Event parked = finished(approval);
        assertThat(receive(parked)).isInstanceOf(Queued.class);
        node.runWorkersOnce();
        assertThat(handler.handled).isEmpty();

        handler.isBroken = false;
        OperatorOutcome settlement = operations.replay(dead.id(), Set.of(), DO_IT);

        assertThat(settlement.result()).isEqualTo(Result.DONE);
        assertThat(settlement.text()).startsWith("replayed; was dead, failed attempts: 1");
        assertThat(row(dead)).containsEntry("state", "pending").containsEntry("attempts", 0);
        node.settle();
        assertThat(handler.handled).containsExactly(dead.id(), parked.id());
        assertThat(actions(dead))
                .containsExactly(Map.of(
                        "action", "replay",
                        "state_before", "dead",
                        "attempts_before", 1,
                        "error_before", "java.lang.IllegalStateException: no such form",
                        "operator", "maria@ops",
                        "origin", "a test",
                        "reason", "the form is mended"));
    }

    @Test
    void replaySaysWhatItWaitsBehind() throws Exception {
        String approval = newId();
        Event dead = die(started(approval));
        Event parked = finished(approval);
        receive(parked);
        assertThat(operations.replay(parked.id(), Set.of(), DO_IT).text())
                .contains("it is blocked by " + dead.id() + ", which is dead");
    }

    @Test
    void discardFreesTheEventsBehindItAndItsRedeliveryIsADuplicate() throws Exception {
        String approval = newId();
        Event dead = die(started(approval));
        Event parked = finished(approval);
        receive(parked);
        handler.isBroken = false;

        assertThat(operations.discard(dead.id(), Set.of(), DO_IT).result()).isEqualTo(Result.DONE);

        node.settle();
        assertThat(handler.handled).containsExactly(parked.id());
        assertThat(receive(dead)).isEqualTo(new Duplicate(dead.id(), MatchedBy.QUEUED, true));
        node.settle();
        assertThat(handler.handled).containsExactly(parked.id());
        assertThat(row(dead)).containsEntry("state", "discarded");
        assertThat(actions(dead)).extracting(a -> a.get("action")).containsExactly("discard");
    }

    @Test
    void discardedEventCanBeReplayedButNotDiscardedAgain() throws Exception {
        Event event = die(approvalFinished(newId()));
        operations.discard(event.id(), Set.of(), DO_IT);
        assertThat(operations.discard(event.id(), Set.of(), DO_IT))
                .isEqualTo(OperatorOutcome.refused("settlement.discarded-before"));
        assertThat(operations.replay(event.id(), Set.of(QueueState.DEAD), DO_IT).text())
                .startsWith("is discarded, which is not one of");

        assertThat(operations.replay(event.id(), Set.of(), DO_IT).result()).isEqualTo(Result.DONE);

        handler.isBroken = false;
        node.settle();
        assertThat(handler.handled).containsExactly(event.id());
        assertThat(actions(event)).extracting(a -> a.get("action")).containsExactly("discard", "replay");
    }

    @Test
    void dryRunChangesNothing() throws Exception {
        Event event = die(approvalFinished(newId()));
        Map<String, Object> before = row(event);
        assertThat(operations.replay(event.id(), Set.of(), ONLY_SAY_IT).text())
                .startsWith("would be replayed; was dead");
        assertThat(operations.discard(event.id(), Set.of(), ONLY_SAY_IT).text())
                .startsWith("would be discarded; was dead");
        assertThat(row(event)).isEqualTo(before);
        assertThat(actions(event)).isEmpty();
    }

    @Test
    void eventThatIsBeingProcessedIsLeftAlone() throws Exception {
        String approval = newId();
        Event first = die(started(approval));
        Event second = finished(approval);
        receive(second);
        operations.replay(first.id(), Set.of(), DO_IT);
        lease(first, "node-7/4711", Duration.ofMinutes(1));

        for (OperatorOutcome settlement : List.of(
                operations.replay(first.id(), Set.of(), DO_IT),
                operations.discard(first.id(), Set.of(), DO_IT),
                operations.discard(second.id(), Set.of(), DO_IT))) {
            assertThat(settlement.result()).isEqualTo(Result.REFUSED);
            assertThat(settlement.text()).contains("is being processed", "node-7/4711", "try again");
        }
        assertThat(row(first)).containsEntry("state", "pending");
        assertThat(actions(first)).hasSize(1);
        assertThat(operations.find(first.id()).orElseThrow().lease())
                .extracting(Lease::holder)
                .isEqualTo("node-7/4711");
    }

    @Test
    void leaseThatHasRunOutIsTakenOver() throws Exception {
        Event event = die(approvalFinished(newId()));
        lease(event, "node-7/4711", Duration.ofSeconds(-1));
        assertThat(operations.discard(event.id(), Set.of(), DO_IT).result()).isEqualTo(Result.DONE);
        assertThat(jdbc.sql("select count(*) from inbox.ordering_leases")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void workerThatWasOvertakenChangesNothing() throws Exception {
        handler.isBroken = true;
        Event event = approvalFinished(newId());
        node.receive(List.of(event));
        jdbc.sql("update inbox.queued_events set state = 'pending', attempts = 0, next_attempt_at = now()")
                .update();
        handler.isBroken = false;
        handler.isHeld = true;
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> worker = threads.submit(node::runWorkersOnce);
            handler.atWork.await();
            jdbc.sql("update inbox.ordering_leases set leased_until = now() - interval '1 second'")
                    .update();
            OperatorOutcome settlement = operations.discard(event.id(), Set.of(), DO_IT);
            assertThat(settlement.text()).isEqualTo("is being processed by a delivery of it; try again");
            assertThat(operations.replay(event.id(), Set.of(), DO_IT).result()).isEqualTo(Result.DONE);
            handler.goOn.countDown();
            worker.get();
        } finally {
            threads.shutdownNow();
        }
        assertThat(row(event)).containsEntry("state", "pending");
        assertThat(processed(event)).isFalse();
        node.settle();
        assertThat(processed(event)).isTrue();
    }

    @Test
    void eventThatIsBeingInsertedIsNotDiscarded() throws Exception {
        Event event = die(approvalFinished(newId()));
        try (Connection late = database.dataSource().getConnection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute(copyToProcessed(event));
            assertThat(operations.discard(event.id(), Set.of(), DO_IT))
                    .isEqualTo(OperatorOutcome.refused("settlement.being-delivered"));
            assertThat(row(event)).containsEntry("state", "dead");
            late.commit();
        }

        OperatorOutcome settlement = operations.discard(event.id(), Set.of(), DO_IT);

        assertThat(settlement.result()).isEqualTo(Result.DONE);
        assertThat(settlement.text())
                .startsWith("removed from the queue; was dead")
                .contains("already been processed");
        assertThat(operations.find(event.id())).isEmpty();
        assertThat(operations.findProcessed(event.id()).orElseThrow().actions())
                .extracting(PastAction::action)
                .containsExactly("drop");
    }

    @Test
    void transactionThatIsAboutToEndIsNotWaitedForEndlessly() throws Exception {
        Event event = die(approvalFinished(newId()));
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("delete from inbox.queued_events");
            assertThat(operations.replay(event.id(), Set.of(), DO_IT))
                    .isEqualTo(OperatorOutcome.refused("settlement.in-use"));
            other.rollback();
        }
    }

    @Test
    void whatIsNotQueuedIsToldApart() throws Exception {
        handler.isBroken = false;
        Event event = approvalFinished(newId());
        receive(event);
        assertThat(operations.replay(event.id(), Set.of(), DO_IT).result()).isEqualTo(Result.PROCESSED);
        assertThat(operations.discard("default:nothing", Set.of(), DO_IT).text())
                .startsWith("is unknown");
        assertThat(operations
                        .findProcessed(event.id())
                        .orElseThrow()
                        .event()
                        .payload()
                        .sameAs(event.payload()))
                .isTrue();
        assertThat(operations.findProcessed("default:nothing")).isEmpty();
    }

    @Test
    void listTakesWhatFitsPageByPage() throws Exception {
        Event approval = die(approvalFinished(newId()));
        Event other = die(event("{\"EventType\":\"check_in\",\"eventId\":\"" + newId() + "\",\"CorpId\":\"ding1\"}"));
        Event discarded = die(approvalFinished(newId()));
        operations.discard(discarded.id(), Set.of(), DO_IT);
        jdbc.sql("update inbox.queued_events set queued_at = timestamptz '2026-01-01 00:00:00Z'"
                        + " + case event_id when ? then 1 when ? then 2 else 3 end * interval '1 hour'")
                .params(approval.id(), other.id())
                .update();

        assertThat(ids(all(), null)).containsExactly(approval.id(), other.id(), discarded.id());
        assertThat(ids(select(List.of(), "check_in", null, null, Set.of()), null))
                .containsExactly(other.id());
        assertThat(ids(select(List.of(), null, "01:00", "03:00", Set.of()), null))
                .containsExactly(approval.id(), other.id());
        assertThat(ids(select(List.of(), null, null, null, Set.of(QueueState.DISCARDED)), null))
                .containsExactly(discarded.id());
        assertThat(ids(select(List.of(other.id(), "x"), null, null, null, Set.of(QueueState.DEAD)), null))
                .containsExactly(other.id());

        QueuedEntry first = operations.list(all(), 1, null).get(0);
        assertThat(first.eventId()).isEqualTo(approval.id());
        assertThat(first.error()).isEqualTo("java.lang.IllegalStateException: no such form");
        jdbc.sql("delete from inbox.queued_events where event_id = ?")
                .param(first.eventId())
                .update();
        jdbc.sql("delete from inbox.accepted_events where event_id = ?")
                .param(first.eventId())
                .update();
        assertThat(ids(all(), first.position())).containsExactly(other.id(), discarded.id());
    }

    @Test
    void detailsNameTheEventsBeforeAndBehind() throws Exception {
        String approval = newId();
        Event first = die(started(approval));
        Event second = finished(approval);
        receive(second);
        QueuedDetails details = operations.find(first.id()).orElseThrow();
        assertThat(details.behind()).containsExactly(new QueuedDetails.Neighbour(second.id(), QueueState.PENDING));
        assertThat(details.before()).isEmpty();
        assertThat(details.lease()).isNull();
        assertThat(details.event().payload().sameAs(first.payload())).isTrue();
        assertThat(operations.find(second.id()).orElseThrow().before())
                .containsExactly(new QueuedDetails.Neighbour(first.id(), QueueState.DEAD));
    }

    private Event die(Event event) throws Exception {
        handler.isBroken = true;
        assertThat(receive(event)).isInstanceOf(Queued.class);
        assertThat(row(event)).containsEntry("state", "dead");
        return event;
    }

    private Outcome receive(Event event) throws Exception {
        return node.receive(List.of(event)).get(0);
    }

    private static Event started(String approval) {
        return ofApproval(approval, event("""
                {"EventType":"bpms_instance_change","EventTime":1789990000000,"CorpId":"ding0a1b2c3d4e5f60718",
                 "eventId":"start-of-%1$s","processInstanceId":"%1$s","type":"start"}
                """.formatted(approval)));
    }

    private static Event finished(String approval) {
        return ofApproval(approval, approvalFinished(approval));
    }

    private static Event ofApproval(String approval, Event e) {
        return new Event(
                e.app(), e.corpId(), e.type(), e.identity(), approval, e.occurredAt(), e.delivery(), e.payload());
    }

    private void lease(Event event, String holder, Duration length) {
        jdbc.sql("""
                        insert into inbox.ordering_leases (ordering_key, corp_id, lease_token, holder, leased_until)
                        select ordering_key, corp_id, gen_random_uuid(), ?, now() + cast(? as interval)
                          from inbox.queued_events where event_id = ?
                        """)
                .params(holder, length.toSeconds() + " seconds", event.id())
                .update();
    }

    private static String copyToProcessed(Event event) {
        return """
                insert into inbox.processed_events (event_id, natural_key, app, corp_id, event_type, transport, received_at,
                                              payload, payload_sha256)
                select event_id, natural_key, app, corp_id, event_type, transport, received_at, payload, payload_sha256
                  from inbox.queued_events where event_id = '%s'
                """.formatted(event.id());
    }

    private Map<String, Object> row(Event event) {
        return jdbc.sql("select * from inbox.queued_events where event_id = ?")
                .param(event.id())
                .query((row, number) -> Map.<String, Object>of(
                        "state", row.getString("state"),
                        "attempts", row.getInt("attempts"),
                        "changed_at", row.getString("changed_at"),
                        "next_attempt_at", String.valueOf(row.getString("next_attempt_at"))))
                .single();
    }

    private boolean processed(Event event) {
        return operations.findProcessed(event.id()).isPresent();
    }

    private List<Map<String, Object>> actions(Event event) {
        return jdbc.sql("""
                        select action, state_before, attempts_before, error_before, operator, origin, reason
                          from inbox.operator_actions where event_id = ? order by acted_at
                        """).param(event.id()).query().listOfRows();
    }

    private List<String> ids(QueueSelection selection, @Nullable QueuePosition after) {
        return operations.list(selection, 10, after).stream()
                .map(QueuedEntry::eventId)
                .toList();
    }

    private static QueueSelection all() {
        return select(List.of(), null, null, null, Set.of());
    }

    private static QueueSelection select(
            List<String> ids,
            @Nullable String type,
            @Nullable String from,
            @Nullable String to,
            Set<QueueState> states) {
        return new QueueSelection(ids, type, time(from), time(to), states);
    }

    private static @Nullable Instant time(@Nullable String hour) {
        return hour == null ? null : Instant.parse("2026-01-01T" + hour + ":00Z");
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    /** Fails while it is broken, and can be held at its work. */
    private static final class Handler implements EventHandler {
        final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();
        volatile boolean isBroken;
        volatile boolean isHeld;
        final CountDownLatch atWork = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public boolean handles(Event event) {
            return true;
        }

        @Override
        public void handle(Event event) throws Exception {
            if (isBroken) {
                throw new IllegalStateException("no such form");
            }
            if (isHeld) {
                atWork.countDown();
                goOn.await();
            }
            handled.add(event.id());
        }
    }
}
