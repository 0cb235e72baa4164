package io.github.dingtalkinbox.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.testing.CuttingProxy;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whenever a shared transaction loses its connection, each of its deliveries takes effect once, and none twice. */
class SharedConnectionPostgresTest extends SharedFixture {
    SharedConnectionPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aSessionThatEndsWithinTheTransactionDelaysNothing() throws Exception {
        Node node = sharing(onceInTheMidst(this::endTheSession)).build();

        Future<List<Outcome>> outcome = deliver(node, event).get(0);

        assertThat(outcome.get()).containsExactly(new Processed(event.id()));
        assertAllProcessed();
        assertSeparated();
    }

    @Test
    void anEventThatAlwaysEndsItsSessionWaitsInTheQueueAlone() throws Exception {
        Node node = sharing(inTheMidst(this::endTheSession)).build();

        Future<List<Outcome>> outcome = deliver(node, event).get(0);

        assertThat(outcome.get()).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        assertNeighboursProcessed();
        assertSeparated();
        node().settle();
        assertTookEffectOnce(all());
    }

    @Test
    void aSessionThatEndsDuringTheCommitDelaysNothing() throws Exception {
        Effects.waitForLockAtCommit(jdbc);
        Node node = sharing(e -> {}).build();
        Future<List<Outcome>> outcome;
        try (var blocker = database.dataSource().getConnection();
                var statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(4711)");
            outcome = deliver(node, event).get(0);
            terminate(awaitALockWait());
            statement.execute("select pg_advisory_unlock(4711)");
        }

        assertThat(outcome.get()).containsExactly(new Processed(event.id()));
        assertAllProcessed();
        assertSeparated();
    }

    @Test
    void aConnectionLostAfterTheCommitRunsNothingAgain() throws Exception {
        try (CuttingProxy proxy = CuttingProxy.to(database);
                TestDatabase throughProxy = proxy.database()) {
            Batches effects = new Batches(new Effects(throughProxy.jdbc()));
            // With one connection, no other commit can be the next one.
            Node node = sharing(throughProxy, effects, inTheMidst(proxy::cutAfterNextCommit))
                    .connections(1)
                    .build();

            Future<List<Outcome>> outcome = deliver(node, event).get(0);

            assertThat(outcome.get()).containsExactly(new Processed(event.id()));
            assertAllProcessed();
            assertThat(transactionsOf(all())).isOne();
            assertThat(effects.sizes()).containsExactly(ALL_NEIGHBOURS + 1);
            assertThat(node.receive(List.of(deliveredLater(event))))
                    .containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        }
    }

    private void endTheSession() {
        terminate(jdbc.sql("select pg_backend_pid()").query(Integer.class).single());
    }

    private void assertAllProcessed() throws Exception {
        assertNeighboursProcessed();
        assertTookEffectOnce(List.of(event));
        assertNotQueued(all());
    }
}
