package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The event is processed before its delivery is answered. */
class SyncExactlyOnceFailurePostgresTest extends ExactlyOnceFailureContract {
    SyncExactlyOnceFailurePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.SYNC);
    }

    @Test
    void aTwinThatWaitedForAFailingDeliveryTakesEffect() throws Exception {
        Event event = approvalFinished(newId());
        CountDownLatch firstIsInside = new CountDownLatch(1);
        CountDownLatch firstMayFail = new CountDownLatch(1);
        Node failing = node(countsEffects, everyEvent(e -> {
            firstIsInside.countDown();
            firstMayFail.await();
            throw new IllegalStateException("fails late");
        }));
        Node other = node();

        Future<List<Outcome>> first = threads.submit(() -> failing.receive(List.of(event)));
        firstIsInside.await();
        Future<List<Outcome>> twin = threads.submit(() -> other.receive(List.of(event)));
        awaitALockWait();
        firstMayFail.countDown();

        assertThat(twin.get()).containsExactly(new Processed(event.id()));
        first.get();
        other.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).as("the failed delivery").isOne();
    }

    @Test
    void aHandlerThatCommitsTheTransactionIsNoticedAndRunsNoSecondTime() throws Exception {
        Event event = approvalFinished(newId());
        AtomicInteger runs = new AtomicInteger();
        Node node = node(everyEvent(e -> {
            runs.incrementAndGet();
            DataSourceUtils.getConnection(database.dataSource()).commit();
        }));

        assertThat(node.receive(List.of(event))).containsExactly(new Processed(event.id()));
        node.settle();
        assertThat(runs).hasValue(1);
        assertThat(duplicatesOf(event)).isZero();
    }

    @Test
    void deliveriesThatDeadlockInTheirHandlersAreTriedAgain() throws Exception {
        Event one = approvalFinished("deadlock-" + newId());
        Event other = approvalFinished("deadlock-" + newId());
        createBalances();
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        Node node = node(everyEvent(e -> {
            boolean isFirst = e.id().equals(one.id());
            addToBalance(isFirst ? 1 : 2);
            if (runs.incrementAndGet() <= 2) {
                bothHoldOne.await();
            }
            addToBalance(isFirst ? 2 : 1);
        }));

        Future<List<Outcome>> first = threads.submit(() -> node.receive(List.of(one)));
        Future<List<Outcome>> second = threads.submit(() -> node.receive(List.of(other)));

        assertThat(first.get()).allMatch(ContractFixture::isFirst);
        assertThat(second.get()).allMatch(ContractFixture::isFirst);
        node.settle();
        // At least: the victim may be quick enough to take its first row again before the other one wakes up.
        assertThat(runs).as("one of them ran again").hasValueGreaterThanOrEqualTo(3);
        assertThat(sumOfBalances()).isEqualTo(4);
    }

    @Test
    void aTransactionManagerOfAnotherDataSourceIsRefused() {
        Event event = approvalFinished(newId());
        try (TestDatabase other = database.another()) {
            Node node = nodeOn(database)
                    .handlers(countsEffects)
                    .transactions(new JdbcTransactionManager(other.dataSource()))
                    .build();

            assertThatThrownBy(() -> node.receive(List.of(event)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not manage its data source");
        }
        assertThat(effectsOf(event)).isZero();
        assertThat(jdbc.sql("select count(*) from inbox.processed_events where event_id = ?")
                        .param(event.id())
                        .query(Long.class)
                        .single())
                .isZero();
    }
}
