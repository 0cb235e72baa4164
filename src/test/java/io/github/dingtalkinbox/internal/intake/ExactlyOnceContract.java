package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What exactly once means, for every way in which an event can be received: however often it is delivered. */
abstract class ExactlyOnceContract extends ContractFixture {
    ExactlyOnceContract(TestDatabase database, ProcessingMode mode) {
        super(database, mode);
    }

    @Test
    void deliveredOnceTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());

        Node node = node();

        List<Outcome> outcomes = node.receive(List.of(event));
        node.settle();

        assertThat(outcomes)
                .allMatch(ContractFixture::isFirst)
                .extracting(Outcome::eventId)
                .containsExactly(event.id());
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void deliveredTwiceTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());
        Node receiver = node();

        receiver.receive(List.of(event));
        receiver.settle();

        assertThat(receiver.receive(List.of(event)))
                .containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isOne();
    }

    @RepeatedTest(100)
    void deliveredTwiceAtTheSameMomentTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());

        List<Outcome> outcomes = atTheSameMoment(2, () -> node().receive(List.of(event)));

        node().settle();
        assertThat(outcomes).filteredOn(ContractFixture::isFirst).hasSize(1);
        assertThat(outcomes).filteredOn(Duplicate.class::isInstance).hasSize(1);
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void deliveredManyTimesAtTheSameMomentTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());

        List<Outcome> outcomes = atTheSameMoment(32, () -> node().receive(List.of(event)));

        node().settle();
        assertThat(outcomes).filteredOn(ContractFixture::isFirst).hasSize(1);
        assertThat(outcomes).filteredOn(Duplicate.class::isInstance).hasSize(31);
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isEqualTo(31);
    }

    @RepeatedTest(20)
    void twinsUnderDifferentEventIdsAreOneByTheirNaturalKey() throws Exception {
        String instance = newId();
        Event main = approvalFinished(instance, "main-" + instance);
        Event timed = approvalFinished(instance, "timed-" + instance);
        CyclicBarrier together = new CyclicBarrier(2);

        var first = threads.submit(() -> after(together, () -> node().receive(List.of(main, timed))));
        var second = threads.submit(() -> after(together, () -> node().receive(List.of(timed, main))));

        List<Outcome> outcomes = new ArrayList<>(first.get());
        outcomes.addAll(second.get());
        node().settle();
        assertThat(outcomes).filteredOn(ContractFixture::isFirst).hasSize(1);
        assertThat(outcomes).filteredOn(Duplicate.class::isInstance).hasSize(3);
        assertThat(effectsOf(main)).isOne();
    }

    @Test
    void aDeliveryWithoutEventIdJoinsTheOneThatHadOne() throws Exception {
        String instance = newId();
        Event pushed = approvalFinished(instance, "id-" + instance);
        Event pulled = approvalFinished(instance, null);
        Node receiver = node();

        receiver.receive(List.of(pushed));
        receiver.settle();

        assertThat(receiver.receive(List.of(pulled)))
                .containsExactly(new Duplicate(pushed.id(), MatchedBy.NATURAL_KEY, false));
        assertThat(effectsOf(pushed)).isOne();
    }

    @Test
    void anotherBodyUnderTheSameIdIsADuplicateAndIsKept() throws Exception {
        String id = newId();
        Node receiver = node();
        receiver.receive(List.of(event("{\"EventType\":\"some_event\",\"eventId\":\"" + id + "\",\"amount\":1}")));
        receiver.settle();

        List<Outcome> outcomes = receiver.receive(
                List.of(event("{\"EventType\":\"some_event\",\"eventId\":\"" + id + "\",\"amount\":2}")));

        assertThat(outcomes).containsExactly(new Duplicate("default:" + id, MatchedBy.EVENT_ID, false));
        assertThat(jdbc.sql(
                                "select payload ->> 'amount' from inbox.duplicate_deliveries where event_id = ? and not same_payload")
                        .param("default:" + id)
                        .query(String.class)
                        .single())
                .isEqualTo("2");
    }

    @Test
    void equalContentIsOneEventWithinTheWindowAndAnotherOneAfterIt() throws Exception {
        Event event = event("{\"EventType\":\"user_modify_org\",\"UserId\":[\"" + newId() + "\"]}");
        Node receiver = node();

        Outcome first = receiver.receive(List.of(event)).get(0);
        assertThat(receiver.receive(List.of(event)))
                .containsExactly(new Duplicate(first.eventId(), MatchedBy.WINDOW, true));
        jdbc.sql(
                        "update inbox.identity_windows set seen_at = seen_at - window_length - interval '1 second' where content_id = ?")
                .param(event.id())
                .update();
        Outcome again = receiver.receive(List.of(event)).get(0);
        // As a server had seen it whose clock was wrong.
        jdbc.sql("update inbox.identity_windows set seen_at = '2999-01-01' where content_id = ?")
                .param(event.id())
                .update();
        Outcome afterAll = receiver.receive(List.of(event)).get(0);

        receiver.settle();
        assertThat(first).matches(ContractFixture::isFirst);
        assertThat(again).matches(ContractFixture::isFirst);
        assertThat(afterAll).matches(ContractFixture::isFirst);
        assertThat(first.eventId()).startsWith(event.id() + "@").matches(".*@\\d{8}T\\d{6}\\.\\d{6}Z");
        assertThat(again.eventId()).isNotEqualTo(first.eventId());
    }

    @RepeatedTest(20)
    void equalContentAtTheSameMomentTakesEffectOnce() throws Exception {
        Event event = event("{\"EventType\":\"user_modify_org\",\"UserId\":[\"" + newId() + "\"]}");

        List<Outcome> outcomes = atTheSameMoment(4, () -> node().receive(List.of(event)));

        node().settle();
        assertThat(outcomes).filteredOn(ContractFixture::isFirst).hasSize(1);
        assertThat(jdbc.sql("select count(*) from inbox.processed_events where event_id like ?")
                        .param(event.id() + "@%")
                        .query(Long.class)
                        .single())
                .isOne();
    }

    @Test
    void oneDeliveryOfTheSameEventTwiceTakesEffectOnce() throws Exception {
        Event known = approvalFinished(newId());
        Event content = event("{\"EventType\":\"user_modify_org\",\"UserId\":[\"" + newId() + "\"]}");

        List<Outcome> outcomes = node().receive(List.of(known, content, known, content));

        node().settle();
        assertThat(outcomes.subList(0, 2)).allMatch(ContractFixture::isFirst);
        assertThat(outcomes.subList(2, 4)).allMatch(Duplicate.class::isInstance);
        assertThat(effectsOf(known)).isOne();
    }

    @Test
    void aDeliveryOfAQueuedEventIsADuplicateAndNoSecondTry() throws Exception {
        Event event = approvalFinished(newId());
        AtomicInteger runs = new AtomicInteger();
        Node receiver = node(everyEvent(e -> {
            runs.addAndGet(e.id().equals(event.id()) ? 1 : 0);
            throw new IOException("always");
        }));
        tryOnce(receiver, event);

        assertThat(receiver.receive(List.of(event))).containsExactly(new Duplicate(event.id(), MatchedBy.QUEUED, true));
        assertThat(runs).hasValue(1);
        assertThat(duplicatesOf(event)).isOne();
        node().settle();
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void aQueuedEventIsKnownByItsNaturalKeyToo() throws Exception {
        String instance = newId();
        Event pushed = approvalFinished(instance, "id-" + instance);
        Event pulled = approvalFinished(instance, null);
        Node failing = node(everyEvent(e -> {
            throw new IOException("always");
        }));
        tryOnce(failing, pushed);

        assertThat(failing.receive(List.of(pulled)))
                .containsExactly(new Duplicate(pushed.id(), MatchedBy.QUEUED, false));
        node().settle();
        assertThat(effectsOf(pushed)).isOne();
    }

    @Test
    void withinATransactionItRefusesToWork() {
        var transactions = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    try {
                        node().receive(List.of(approvalFinished(newId())));
                    } catch (Exception e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                }))
                .hasMessageContaining("transaction of its own");
    }
}
