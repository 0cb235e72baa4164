package io.github.dingtalkinbox.internal.queue;

import static io.github.dingtalkinbox.internal.identity.TestEvents.unordered;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatcherPostgresTest extends QueueFixture {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofDays(1);

    private final List<Dispatcher> started = new ArrayList<>();

    DispatcherPostgresTest(TestDatabase database) {
        super(database);
    }

    @AfterEach
    void stopAll() {
        started.forEach(Dispatcher::stop);
    }

    @Test
    void whatIsQueuedHereIsFoundAtOnce() throws Exception {
        Node node = queueing();
        start(node, 4, NEVER);
        for (int i = 0; i < 5; i++) {
            Event event = unordered("here" + i);
            node.receive(List.of(event));
            Awaitility.await().until(() -> effects().contains(event.id()));
        }
    }

    @Test
    void theNextEventOfAKeyIsFoundAtOnce() throws Exception {
        enqueue(nth("key", 1), nth("key", 2), nth("key", 3), nth("key", 4));

        start(queueing(), 4, NEVER);

        Awaitility.await().untilAsserted(() -> assertThat(effects())
                .containsExactly(ids(nth("key", 1), nth("key", 2), nth("key", 3), nth("key", 4))));
    }

    @Test
    void whatAnotherNodeQueuesIsFoundByLooking() throws Exception {
        start(queueing(), 4, OFTEN);
        for (int i = 0; i < 3; i++) {
            Event event = unordered("elsewhere" + i);
            enqueue(event);
            Awaitility.await().until(() -> effects().contains(event.id()));
        }
    }

    @Test
    void whatFailedIsFoundByLooking() throws Exception {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        Node node = queueing(event -> {
            if (failed.add(event.id())) {
                throw new IllegalStateException("the first time");
            }
        });
        start(node, 2, OFTEN);
        enqueue(unordered("a"), unordered("b"), unordered("c"));

        Awaitility.await().until(() -> effects().size() == 3);
        assertThat(failed).hasSize(3);
    }

    @Test
    void noMoreRunAtOnceThanThereAreWorkers() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        List<String> begun = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 10; i++) {
            enqueue(unordered("e" + i));
        }
        start(
                queueing(event -> {
                    begun.add(event.id());
                    three.countDown();
                    mayGoOn.await();
                }),
                3,
                OFTEN);
        three.await();

        assertThat(count("ordering_leases")).isEqualTo(3);
        assertThat(begun).hasSize(3);
        mayGoOn.countDown();
        Awaitility.await().until(() -> effects().size() == 10);
    }

    @Test
    void stopFinishesWhatRunsAndBeginsNothing() throws Exception {
        Event running = unordered("running");
        Event waiting = unordered("waiting");
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Dispatcher dispatcher = start(
                queueing(event -> {
                    isInside.countDown();
                    mayGoOn.await();
                }),
                1,
                OFTEN);
        enqueue(running);
        isInside.await();
        enqueue(waiting);

        CountDownLatch toldSpring = new CountDownLatch(1);
        dispatcher.stop(toldSpring::countDown);
        Awaitility.await().until(() -> !dispatcher.isRunning());
        assertThat(toldSpring.getCount()).as("it waits for what runs").isOne();
        mayGoOn.countDown();
        assertThat(toldSpring.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(effects()).containsExactly(running.id());
        assertThat(queuedIds()).containsExactly(waiting.id());
        assertThat(count("ordering_leases")).isZero();
        dispatcher.start();
        Awaitility.await().until(() -> effects().contains(waiting.id()));
    }

    @Test
    void whatIsNotDoneInTimeIsUndoneAndItsLeaseGivenBack() throws Exception {
        Event event = unordered("endless");
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Node node = queueing(e -> {
            isInside.countDown();
            never.await();
        });
        Dispatcher dispatcher = node.queue().dispatcher(node.processor(), 1, OFTEN, Duration.ofMillis(200));
        dispatcher.start();
        enqueue(event);
        isInside.await();

        dispatcher.stop();

        assertThat(effects()).isEmpty();
        assertThat(queued(event)).containsEntry("state", "pending").containsEntry("attempts", 0);
        assertThat(count("ordering_leases")).isZero();
        queueing().settle();
        assertThat(effects()).containsExactly(event.id());
    }

    @Test
    void howeverOftenItStopsItLeavesNoLeaseAndKeepsItsWorkers() throws Exception {
        int events = 200;
        for (int i = 0; i < events; i++) {
            enqueue(unordered("e" + i));
        }
        Dispatcher dispatcher = start(queueing(), 2, OFTEN);
        for (int i = 0; i < 300 && effects().size() < events - 10; i++) {
            dispatcher.stop();
            assertThat(count("ordering_leases")).isZero();
            dispatcher.start();
        }

        Awaitility.await().until(() -> queuedIds().isEmpty());
        assertThat(effects()).hasSize(events);
    }

    @Test
    void aDatabaseThatWasAwayIsWorkedOnAgain(@TempDir Path directory) throws Exception {
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase restarting = server.database()) {
            restarting
                    .jdbc()
                    .sql("create table effects (place bigint generated always as identity, event_id text not null)")
                    .update();
            CountDownLatch isInside = new CountDownLatch(1);
            CountDownLatch serverIsAway = new CountDownLatch(1);
            Node node = Node.on(restarting)
                    .queueing()
                    .handlers(effects(restarting), doing(event -> {
                        isInside.countDown();
                        serverIsAway.await();
                    }))
                    .build();
            Dispatcher dispatcher = start(node, 2, OFTEN);
            try {
                node.receive(List.of(unordered("before")));
                isInside.await();
                server.stop();
                serverIsAway.countDown();
                server.startAgain();
                // The worker could not give its lease back: that ends by itself, here at once.
                Awaitility.await()
                        .until(() -> restarting
                                        .jdbc()
                                        .sql(
                                                "update inbox.ordering_leases set leased_until = now() - interval '1 second'")
                                        .update()
                                >= 0);
                Future<?> delivery = threads.submit(() -> deliverUntilAnswered(node, unordered("after")));
                delivery.get();

                Awaitility.await().until(() -> restarting
                        .jdbc()
                        .sql("select count(distinct event_id) = 2 and count(*) = 2 from effects")
                        .query(Boolean.class)
                        .single());
            } finally {
                dispatcher.stop();
            }
        }
    }

    private static void deliverUntilAnswered(Receiver receiver, Event event) {
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> receiver.receive(List.of(event)).size() == 1);
    }

    private Dispatcher start(Node node, int workers, Duration pollInterval) {
        Dispatcher dispatcher = node.queue().dispatcher(node.processor(), workers, pollInterval);
        started.add(dispatcher);
        dispatcher.start();
        return dispatcher;
    }
}
