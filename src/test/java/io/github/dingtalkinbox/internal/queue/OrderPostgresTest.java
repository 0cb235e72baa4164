package io.github.dingtalkinbox.internal.queue;

import static io.github.dingtalkinbox.internal.identity.TestEvents.taskStarted;
import static io.github.dingtalkinbox.internal.identity.TestEvents.unordered;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several workers on several nodes: of one key one event at a time, in order; of other keys at the same time. */
class OrderPostgresTest extends QueueFixture {
    private static final int NODES = 3;
    private static final int WORKERS_OF_A_NODE = 3;
    private static final int KEYS = 20;
    private static final int EVENTS_OF_A_KEY = 15;
    private static final int CLAIMED_AT_ONCE = 2;

    /** As the queue promises it. */
    private static final Comparator<Event> ORDER = Comparator.comparing(
                    (Event e) -> Objects.requireNonNull(e.occurredAt()))
            .thenComparing(e -> e.delivery().receivedAt());

    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger collisions = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch twoAtOnce = new CountDownLatch(2);

    OrderPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void everyOrderOfArrivalBecomesTheOrderInWhichItHappened() throws Exception {
        long seed = new Random().nextLong();
        List<Event> events = events(new Random(seed));
        for (Event event : events) {
            enqueue(event);
        }

        workOnManyNodes(() -> queuedIds().isEmpty());

        assertThat(collisions).as("two of one key at once, seed " + seed).hasValue(0);
        assertThat(twoAtOnce.getCount()).as("two keys at once, seed " + seed).isZero();
        assertThat(failures).as("failures, seed " + seed).hasPositiveValue();
        assertThat(byKey(effects(), events)).as("seed " + seed).isEqualTo(byKey(sorted(events), events));
        assertThat(count("ordering_leases")).isZero();
    }

    @Test
    void whileMoreArriveTheyStillTakeTurns() throws Exception {
        long seed = new Random().nextLong();
        List<Event> events = events(new Random(seed));
        Future<?> arriving = threads.submit(() -> {
            for (Event event : events) {
                enqueue(event);
            }
            return null;
        });

        workOnManyNodes(() -> arriving.isDone() && queuedIds().isEmpty());

        arriving.get();
        assertThat(collisions).as("two of one key at once, seed " + seed).hasValue(0);
        assertThat(effects()).as("seed " + seed).containsExactlyInAnyOrderElementsOf(sorted(events));
    }

    @Test
    void atTheSameMomentTheFirstToArriveIsFirst() throws Exception {
        Event second = taskStarted("twins", "a", NOON, NOON.plusSeconds(2));
        Event first = taskStarted("twins", "b", NOON, NOON.plusSeconds(1));
        enqueue(second, first);

        queueing().settle();

        assertThat(effects()).containsExactly(ids(first, second));
    }

    /** It is no later than the moment in which the database had it. */
    @Test
    void whatHappensInTheFutureHappenedWhenItArrived() throws Exception {
        Event first = taskStarted("future", "a", Instant.parse("2099-01-01T00:00:00Z"), NOON.plusSeconds(1));
        Event second = nth("future", 2);
        Event last = taskStarted(
                "future", "c", Instant.parse("2099-01-01T00:00:00Z"), Instant.parse("2999-01-01T00:00:00Z"));
        enqueue(last, second, first);

        queueing().settle();

        assertThat(effects()).containsExactly(ids(first, second, last));
    }

    @Test
    void aFailingEventHoldsUpThoseBehindItAndOnlyThose() throws Exception {
        Event failing = nth("failing", 2);
        Event before = nth("failing", 1);
        Event behind = nth("failing", 3);
        Event other = nth("other", 9);
        enqueue(failing, behind, other, before);
        Node node = queueing(event -> {
            if (event.id().equals(failing.id())) {
                throw new IllegalStateException("not yet");
            }
        });

        for (int look = 0; look < 5; look++) {
            makeDue();
            TestQueue.runOnce(worker(node), 10);
        }

        assertThat(effects()).containsExactlyInAnyOrder(ids(before, other));
        assertThat(queued(failing)).containsEntry("state", "retrying").containsEntry("attempts", 4);
        assertThat(queued(behind)).containsEntry("state", "pending").containsEntry("attempts", 0);
        queueing().settle();
        assertThat(effects()).endsWith(ids(failing, behind));
    }

    @Test
    void aDeadEventHoldsUpItsKeyForGood() throws Exception {
        Event dead = nth("dead", 2);
        Event behind = nth("dead", 3);
        Event unordered = unordered("free");
        enqueue(dead, behind, unordered, nth("other", 1));
        setState(dead, "dead");

        queueing().settle();
        Event earlier = nth("dead", 1);
        enqueue(earlier);
        queueing().settle();

        assertThat(effects()).containsExactlyInAnyOrder(ids(unordered, nth("other", 1), earlier));
        assertThat(queuedIds()).containsExactlyInAnyOrder(ids(dead, behind));
        assertThat(count("ordering_leases")).isZero();
    }

    @Test
    void aDiscardedEventHoldsUpNothing() throws Exception {
        Event discarded = nth("discarded", 1);
        Event behind = nth("discarded", 2);
        enqueue(discarded, behind);
        setState(discarded, "discarded");

        queueing().settle();

        assertThat(effects()).containsExactly(behind.id());
        assertThat(queuedIds()).containsExactly(discarded.id());
    }

    @Test
    void aDeliveryGoesBehindWhatWaitsOfItsKey() throws Exception {
        Event dead = nth("waiting", 1);
        Event later = nth("waiting", 2);
        Event other = nth("not-waiting", 1);
        enqueue(dead);
        setState(dead, "dead");
        Node sync = Node.on(database).handlers(effects(database)).build();

        assertThat(only(sync.receive(List.of(later)))).isEqualTo(new Queued(later.id()));
        sync.receive(List.of(other));

        assertThat(effects()).containsExactly(other.id());
        assertThat(queuedIds()).containsExactly(ids(dead, later));
    }

    @Test
    void aDeliveryGoesNotBehindWhatIsDiscarded() throws Exception {
        Event discarded = nth("discarded", 1);
        Event later = nth("discarded", 2);
        enqueue(discarded);
        setState(discarded, "discarded");

        Node.on(database).handlers(effects(database)).build().receive(List.of(later));

        assertThat(effects()).containsExactly(later.id());
    }

    private void workOnManyNodes(Callable<Boolean> isDone) throws Exception {
        List<TestDatabase> pools = new ArrayList<>();
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                TestDatabase pool = database.another();
                pools.add(pool);
                Node node = Node.on(pool)
                        .queueing()
                        .handlers(effects(pool), doing(this::takeTurns))
                        .build();
                for (int j = 0; j < WORKERS_OF_A_NODE; j++) {
                    workers.add(threads.submit(() -> {
                        Worker worker = worker(node);
                        while (!isDone.call()) {
                            TestQueue.runOnce(worker, CLAIMED_AT_ONCE);
                        }
                        return null;
                    }));
                }
            }
            for (Future<?> worker : workers) {
                worker.get(2, TimeUnit.MINUTES);
            }
        } finally {
            pools.forEach(TestDatabase::close);
        }
    }

    /** Runs after the business update, within its transaction. */
    private void takeTurns(Event event) throws Exception {
        String key = Objects.requireNonNull(event.orderingKey());
        if (!running.add(key)) {
            collisions.incrementAndGet();
        }
        try {
            if (twoAtOnce.getCount() > 0) {
                twoAtOnce.countDown();
                twoAtOnce.await(20, TimeUnit.SECONDS);
            }
            if (ThreadLocalRandom.current().nextInt(8) == 0) {
                failures.incrementAndGet();
                throw new IllegalStateException("tried again");
            }
        } finally {
            running.remove(key);
        }
    }

    private static List<Event> events(Random random) {
        List<Event> events = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            for (int i = 0; i < EVENTS_OF_A_KEY; i++) {
                Instant occurred = NOON.plusMillis(random.nextInt(8)); // some at the same moment
                Instant received = NOON.plusSeconds(60).plusNanos((1000L * random.nextInt(1000) + i) * 1000);
                events.add(taskStarted("key" + key, "task" + i, occurred, received));
            }
        }
        Collections.shuffle(events, random);
        return events;
    }

    private static List<String> sorted(List<Event> events) {
        return events.stream().sorted(ORDER).map(Event::id).toList();
    }

    private static Map<String, List<String>> byKey(List<String> ids, List<Event> events) {
        Map<String, String> keys = new HashMap<>();
        events.forEach(e -> keys.put(e.id(), Objects.requireNonNull(e.orderingKey())));
        Map<String, List<String>> byKey = new HashMap<>();
        ids.forEach(id -> byKey.computeIfAbsent(Objects.requireNonNull(keys.get(id)), k -> new ArrayList<>())
                .add(id));
        return byKey;
    }
}
