package io.github.dingtalkinbox.inbox;

import static io.github.dingtalkinbox.event.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.event.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.event.EventHandler;
import io.github.dingtalkinbox.inbox.Outcome.Processed;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Many threads deliver every event several times, while handlers fail, swallow errors and lose their connections, and
 * sessions are terminated at random. Whatever is refused is delivered again, as DingTalk does. Afterwards every effect
 * must have happened once: the counter in the business table shows each one that is missing and each one too many.
 */
@Postgres
class ExactlyOnceFuzzPostgresTest {
    private static final int THREADS = 12;
    private static final int EVENTS = 1500;
    private static final int MOST_DELIVERIES = 4;
    private static final int MOST_TRIES = 200;

    private final JdbcClient jdbc;
    private final TestDatabase database;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger terminated = new AtomicInteger();

    ExactlyOnceFuzzPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @Test
    void everyEventTakesEffectOnceWhateverHappens() throws Exception {
        long seed = new Random().nextLong();
        Effects.createTable(jdbc);
        Queue<List<Event>> deliveries = deliveries(new Random(seed));
        AtomicInteger processed = new AtomicInteger();

        try (TestDatabase killers = database.another()) {
            Node receiver = Node.on(database)
                    .handlers(new Effects(jdbc), new Trouble(killers.jdbc()))
                    .build();
            var threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                workers.add(threads.submit(() -> {
                    for (List<Event> d = deliveries.poll(); d != null; d = deliveries.poll()) {
                        processed.addAndGet(deliverUntilAnswered(receiver, d));
                    }
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
            threads.shutdown();
        }

        assertThat(failures).as("failures, seed " + seed).hasPositiveValue();
        assertThat(terminated).as("terminated sessions, seed " + seed).hasPositiveValue();
        assertThat(jdbc.sql("select count(*) from effects").query(Integer.class).single())
                .as("events that took effect, seed " + seed)
                .isEqualTo(EVENTS);
        assertThat(jdbc.sql("select what from effects where times <> 1")
                        .query(String.class)
                        .list())
                .as("events that took effect more than once, seed " + seed)
                .isEmpty();
        // A commit whose confirmation was lost was processed all the same; its next delivery was a duplicate.
        assertThat(processed).as("answered as processed, seed " + seed).hasValueLessThanOrEqualTo(EVENTS);
        Invariants.assertNoRow(jdbc);
    }

    private Queue<List<Event>> deliveries(Random random) {
        List<List<Event>> deliveries = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            String id = "fuzz-" + i;
            int times = 1 + random.nextInt(MOST_DELIVERIES);
            for (int j = 0; j < times; j++) {
                deliveries.add(List.of(
                        switch (i % 3) {
                            case 0 -> approvalFinished(id, "id-" + i);
                            case 1 -> approvalFinished(id, random.nextBoolean() ? null : "id-" + i + "-" + j);
                            default ->
                                event("{\"EventType\":\"user_modify_org\",\"processInstanceId\":\"" + id + "\"}");
                        }));
            }
        }
        // Twins stay near each other, so that they meet.
        int near = 8;
        for (int from = 0; from + near < deliveries.size(); from += near / 2) {
            Collections.shuffle(deliveries.subList(from, from + near), random);
        }
        return new ConcurrentLinkedQueue<>(deliveries);
    }

    private int deliverUntilAnswered(Receiver receiver, List<Event> delivery) {
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                Outcome outcome = receiver.receive(delivery).get(0);
                return outcome instanceof Processed ? 1 : 0;
            } catch (Exception | AssertionError refused) {
                failures.incrementAndGet();
            }
        }
        throw new AssertionError("never answered: " + delivery);
    }

    /** A handler that makes all the trouble that a handler can make. */
    private final class Trouble implements EventHandler {
        private final JdbcClient others;

        private Trouble(JdbcClient others) {
            this.others = others;
        }

        @Override
        public boolean handles(Event event) {
            return true;
        }

        @Override
        public void handle(Event event) throws Exception {
            switch (ThreadLocalRandom.current().nextInt(16)) {
                case 0 -> throw new Exception("checked");
                case 1 -> throw new AssertionError("an error");
                case 2 -> swallowAnSqlError();
                case 3 ->
                    terminate("pid = "
                            + jdbc.sql("select pg_backend_pid()")
                                    .query(Integer.class)
                                    .single());
                case 4 -> terminate("state <> 'idle' order by random() limit 1");
                default -> {}
            }
        }

        private void swallowAnSqlError() {
            try {
                jdbc.sql("select 1 / 0").query(Integer.class).single();
            } catch (DataAccessException swallowed) {
                failures.incrementAndGet();
            }
        }

        private void terminate(String which) {
            terminated.addAndGet(others.sql("select pg_terminate_backend(pid) from (select pid from pg_stat_activity"
                            + " where datname = current_database()"
                            + " and pid <> pg_backend_pid() and " + which + ") victims")
                    .query(Boolean.class)
                    .list()
                    .size());
        }
    }
}
