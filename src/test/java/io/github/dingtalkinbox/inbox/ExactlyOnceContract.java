package io.github.dingtalkinbox.inbox;

import static io.github.dingtalkinbox.event.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.event.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.inbox.Outcome.Duplicate;
import io.github.dingtalkinbox.inbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.inbox.Outcome.Processed;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What exactly once means, for every way in which an event can be received: however often it is delivered. */
abstract class ExactlyOnceContract extends ContractFixture {
    ExactlyOnceContract(TestDatabase database, Mode mode) {
        super(database, mode);
    }

    @Test
    void deliveredOnceTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());

        assertThat(receiver().receive(List.of(event))).containsExactly(new Processed(event.id()));

        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void deliveredTwiceTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());
        Receiver receiver = receiver();

        receiver.receive(List.of(event));

        assertThat(receiver.receive(List.of(event)))
                .containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isOne();
    }

    @RepeatedTest(100)
    void deliveredTwiceAtTheSameMomentTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());

        List<Outcome> outcomes = atTheSameMoment(2, () -> receiver().receive(List.of(event)));

        assertThat(outcomes).filteredOn(Processed.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Duplicate.class::isInstance).hasSize(1);
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void deliveredManyTimesAtTheSameMomentTakesEffectOnce() throws Exception {
        Event event = approvalFinished(newId());

        List<Outcome> outcomes = atTheSameMoment(32, () -> receiver().receive(List.of(event)));

        assertThat(outcomes).filteredOn(Processed.class::isInstance).hasSize(1);
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

        var first = threads.submit(() -> after(together, () -> receiver().receive(List.of(main, timed))));
        var second = threads.submit(() -> after(together, () -> receiver().receive(List.of(timed, main))));

        List<Outcome> outcomes = new ArrayList<>(first.get());
        outcomes.addAll(second.get());
        assertThat(outcomes).filteredOn(Processed.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Duplicate.class::isInstance).hasSize(3);
        assertThat(effectsOf(main)).isOne();
    }

    @Test
    void aDeliveryWithoutEventIdJoinsTheOneThatHadOne() throws Exception {
        String instance = newId();
        Event pushed = approvalFinished(instance, "id-" + instance);
        Event pulled = approvalFinished(instance, null);
        Receiver receiver = receiver();

        receiver.receive(List.of(pushed));

        assertThat(receiver.receive(List.of(pulled)))
                .containsExactly(new Duplicate(pushed.id(), MatchedBy.NATURAL_KEY, false));
        assertThat(effectsOf(pushed)).isOne();
    }

    @Test
    void anotherBodyUnderTheSameIdIsADuplicateAndIsKept() throws Exception {
        String id = newId();
        Receiver receiver = receiver();
        receiver.receive(List.of(event("{\"EventType\":\"some_event\",\"eventId\":\"" + id + "\",\"amount\":1}")));

        List<Outcome> outcomes = receiver.receive(
                List.of(event("{\"EventType\":\"some_event\",\"eventId\":\"" + id + "\",\"amount\":2}")));

        assertThat(outcomes).containsExactly(new Duplicate("default:" + id, MatchedBy.EVENT_ID, false));
        assertThat(jdbc.sql(
                                "select payload ->> 'amount' from duplicate_deliveries where event_id = ? and not same_payload")
                        .param("default:" + id)
                        .query(String.class)
                        .single())
                .isEqualTo("2");
    }

    @Test
    void equalContentIsOneEventWithinTheWindowAndAnotherOneAfterIt() throws Exception {
        Event event = event("{\"EventType\":\"user_modify_org\",\"UserId\":[\"" + newId() + "\"]}");
        Receiver receiver = receiver();

        Outcome first = receiver.receive(List.of(event)).get(0);
        assertThat(receiver.receive(List.of(event)))
                .containsExactly(new Duplicate(first.eventId(), MatchedBy.WINDOW, true));
        jdbc.sql(
                        "update identity_windows set seen_at = seen_at - window_length - interval '1 second' where content_id = ?")
                .param(event.id())
                .update();
        Outcome again = receiver.receive(List.of(event)).get(0);

        assertThat(first).isInstanceOf(Processed.class);
        assertThat(again).isInstanceOf(Processed.class);
        assertThat(first.eventId()).startsWith(event.id() + "@").matches(".*@\\d{8}T\\d{6}\\.\\d{6}Z");
        assertThat(again.eventId()).isNotEqualTo(first.eventId());
    }

    @RepeatedTest(20)
    void equalContentAtTheSameMomentTakesEffectOnce() throws Exception {
        Event event = event("{\"EventType\":\"user_modify_org\",\"UserId\":[\"" + newId() + "\"]}");

        List<Outcome> outcomes = atTheSameMoment(4, () -> receiver().receive(List.of(event)));

        assertThat(outcomes).filteredOn(Processed.class::isInstance).hasSize(1);
        assertThat(jdbc.sql("select count(*) from processed_events where event_id like ?")
                        .param(event.id() + "@%")
                        .query(Long.class)
                        .single())
                .isOne();
    }

    @Test
    void oneDeliveryOfTheSameEventTwiceTakesEffectOnce() throws Exception {
        Event known = approvalFinished(newId());
        Event content = event("{\"EventType\":\"user_modify_org\",\"UserId\":[\"" + newId() + "\"]}");

        List<Outcome> outcomes = receiver().receive(List.of(known, content, known, content));

        assertThat(outcomes.subList(0, 2)).allMatch(Processed.class::isInstance);
        assertThat(outcomes.subList(2, 4)).allMatch(Duplicate.class::isInstance);
        assertThat(effectsOf(known)).isOne();
    }

    @Test
    void withinATransactionItRefusesToWork() {
        var transactions = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    try {
                        receiver().receive(List.of(approvalFinished(newId())));
                    } catch (Exception e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                }))
                .hasMessageContaining("transaction of its own");
    }
}
