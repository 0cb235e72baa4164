package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static io.github.dingtalkinbox.internal.identity.TestEvents.polled;
import static io.github.dingtalkinbox.internal.identity.TestEvents.streamed;
import static io.github.dingtalkinbox.internal.identity.TestEvents.taskStarted;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Many threads deliver every event several times, by all transports, to two nodes that process at once and to one that queues, while
 * handlers fail, dawdle, hang, swallow errors and lose their connections, commits come with warnings, and sessions are
 * terminated at random. The ends
 * of approvals share their transactions, so that whatever happens to one of them happens in the midst of others; everything
 * else has its own. Whatever is refused is delivered again, as DingTalk does. Afterwards every effect must have happened
 * once: the counter in the business table shows each one that is missing and each one too many.
 *
 * <p>The copies of late deliveries are tried before all others, so that workers meet the deliveries that still run.
 */
@Postgres
class ExactlyOnceFuzzPostgresTest {
    private static final Instant NOON = Instant.parse("2026-09-21T12:00:00Z");
    private static final int THREADS = 20;
    private static final int WORKERS = 3;
    private static final int EVENTS = 1500;
    private static final int MOST_DELIVERIES = 4;
    private static final int MOST_TRIES = 200;
    private static final int CLAIMED_AT_ONCE = 3;
    private static final Duration DEADLINE = Duration.ofMillis(60);
    private static final Duration GRACE = Duration.ofMillis(300);
    private static final Duration HANDLER_TIMEOUT = Duration.ofMillis(300);

    private final JdbcClient jdbc;
    private final TestDatabase database;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger terminated = new AtomicInteger();
    private final AtomicInteger hung = new AtomicInteger();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger processed = new AtomicInteger();
    private final AtomicInteger lockTimeouts = new AtomicInteger();
    private final AtomicInteger shared = new AtomicInteger();
    private final AtomicInteger sharedFailures = new AtomicInteger();
    private final AtomicLong arrivals = new AtomicLong();
    private final Queue<Instant> answered = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean quiet = new AtomicBoolean();

    ExactlyOnceFuzzPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @Test
    void everyEventTakesEffectOnceWhateverHappens() throws Exception {
        long seed = new Random().nextLong();
        Effects.createTable(jdbc);
        Effects.warnAtCommit(jdbc, 0.05);
        Queue<Event> deliveries = deliveries(new Random(seed));
        ExecutorService threads = Executors.newCachedThreadPool();
        Logger log = (Logger) LoggerFactory.getLogger(Inbox.class);
        LockTimeouts appender = new LockTimeouts();
        appender.start();
        log.addAppender(appender);
        log.setLevel(Level.DEBUG);

        try (TestDatabase otherPool = database.another();
                TestDatabase queuePool = database.another();
                TestDatabase killers = database.another()) {
            Node sync = node(database, ProcessingMode.SYNC, killers);
            Node otherSync = node(otherPool, ProcessingMode.SYNC, killers);
            Node queue = node(queuePool, ProcessingMode.QUEUE, killers);
            AtomicBoolean isDone = new AtomicBoolean();
            List<Future<?>> workers = atOnce(threads, WORKERS, () -> {
                while (!isDone.get()) {
                    work(sync, killers.jdbc());
                    work(queue, killers.jdbc());
                }
            });
            List<Node> nodes = List.of(sync, otherSync, sync, otherSync, queue);
            List<Future<?>> senders = atOnce(threads, THREADS, () -> {
                for (Event e = deliveries.poll(); e != null; e = deliveries.poll()) {
                    deliverUntilAnswered(nodes.get(ThreadLocalRandom.current().nextInt(nodes.size())), e);
                }
            });
            for (Future<?> sender : senders) {
                sender.get();
            }
            isDone.set(true);
            for (Future<?> worker : workers) {
                worker.get();
            }
            quiet.set(true);
            sync.settle();
        } finally {
            log.setLevel(null);
            log.detachAppender(appender);
            threads.shutdownNow();
        }

        assertThat(failures).as("failures, seed " + seed).hasPositiveValue();
        assertThat(terminated).as("terminated sessions, seed " + seed).hasPositiveValue();
        assertThat(hung).as("handlers that hung, seed " + seed).hasPositiveValue();
        assertThat(queued).as("answered as queued, seed " + seed).hasPositiveValue();
        assertThat(processed).as("answered as processed, seed " + seed).hasPositiveValue();
        assertThat(lockTimeouts)
                .as("deliveries that waited for a twin on the other node until their lock timeout, seed " + seed)
                .hasPositiveValue();
        assertThat(shared)
                .as("handlers that took many events at once, seed " + seed)
                .hasPositiveValue();
        assertThat(sharedFailures)
                .as("failures inside shared transactions, seed " + seed)
                .hasPositiveValue();
        assertThat(jdbc.sql("select count(*) from inbox.queued_events")
                        .query(Integer.class)
                        .single())
                .as("events that still wait, seed " + seed)
                .isZero();
        assertThat(jdbc.sql("select what from effects where times <> 1")
                        .query(String.class)
                        .list())
                .as("events that took effect more than once, seed " + seed)
                .isEmpty();
        assertThat(jdbc.sql("select count(*) from effects").query(Integer.class).single())
                .as("events that took effect, seed " + seed)
                .isEqualTo(EVENTS);
        assertThat(recordedDeliveries())
                .as("deliveries that took effect or are known as duplicates, seed " + seed)
                .containsAll(answered);
        assertThat(samePayloads())
                .as("whether duplicates by all transports have the same content, seed " + seed)
                .containsOnly(true);
        Invariants.assertNoRow(jdbc);
    }

    private Set<Instant> recordedDeliveries() {
        return jdbc.sql(
                        "select received_at from inbox.processed_events union select received_at from inbox.duplicate_deliveries")
                .query((row, number) -> SqlTimes.instant(row, "received_at"))
                .set();
    }

    /** Of the events all of whose copies by one transport are equal: twins under two ids differ in these. */
    private List<Boolean> samePayloads() {
        return jdbc.sql("select d.same_payload"
                        + " from inbox.duplicate_deliveries d join inbox.processed_events p using (event_id)"
                        + " where p.event_type = 'bpms_task_change'"
                        + " or p.event_type = 'bpms_instance_change'"
                        + " and substr(p.payload ->> 'processInstanceId', 6)::integer % 4 = 0")
                .query(Boolean.class)
                .list();
    }

    private Node node(TestDatabase pool, ProcessingMode mode, TestDatabase killers) {
        return Node.on(pool)
                .mode(mode)
                .handlers(handlers(new Effects(pool.jdbc()), new Trouble(pool.jdbc(), killers.jdbc())))
                .deadline(DEADLINE)
                .grace(GRACE)
                .handlerTimeout(HANDLER_TIMEOUT)
                .build();
    }

    private List<EventHandler> handlers(EventHandler... all) {
        return Stream.of(all)
                .flatMap(handler -> Stream.of(new Batch(handler), new Single(handler)))
                .toList();
    }

    private static boolean shares(Event event) {
        return event.type().equals("bpms_instance_change");
    }

    private static List<Future<?>> atOnce(ExecutorService threads, int times, Runnable action) {
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            futures.add(threads.submit(action));
        }
        return futures;
    }

    private void work(Node node, JdbcClient other) {
        try {
            other.sql("""
                            update inbox.queued_events
                               set next_attempt_at = queued_at - interval '1 day'
                             where event_id in (select event_id from inbox.queued_events
                                                 where late_copy and state = 'pending' and next_attempt_at >= queued_at
                                                   for update skip locked)
                            """).update();
            node.runWorkersOnAtMost(CLAIMED_AT_ONCE);
        } catch (RuntimeException terminatedSession) {
            failures.incrementAndGet();
        }
    }

    private Queue<Event> deliveries(Random random) {
        List<Event> deliveries = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            String id = "fuzz-" + i;
            int times = 1 + random.nextInt(MOST_DELIVERIES);
            for (int j = 0; j < times; j++) {
                deliveries.add(
                        switch (i % 4) {
                            case 0 -> byAnyTransport(approvalFinished(id, "id-" + i), random);
                            case 1 ->
                                byAnyTransport(
                                        approvalFinished(id, random.nextBoolean() ? null : "id-" + i + "-" + j),
                                        random);
                            // of the same approval
                            case 2 -> byAnyTransport(taskStarted("fuzz-" + (i - 1), "task", NOON, NOON), random);
                            default ->
                                event("{\"EventType\":\"user_modify_org\",\"processInstanceId\":\"" + id + "\"}");
                        });
            }
        }
        // Twins stay near each other, so that they meet.
        int near = 8;
        for (int from = 0; from + near < deliveries.size(); from += near / 2) {
            Collections.shuffle(deliveries.subList(from, from + near), random);
        }
        return new ConcurrentLinkedQueue<>(deliveries);
    }

    private static Event byAnyTransport(Event http, Random random) {
        return switch (random.nextInt(4)) {
            case 0, 1 -> http;
            case 2 -> streamed(http);
            default -> polled(http);
        };
    }

    private void deliverUntilAnswered(Node node, Event event) {
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                Event arriving = arrivingNow(event);
                Outcome outcome = node.receive(List.of(arriving)).get(0);
                (outcome instanceof Processed ? processed : queued).addAndGet(outcome instanceof Duplicate ? 0 : 1);
                answered.add(arriving.delivery().receivedAt());
                return;
            } catch (Exception refused) {
                failures.incrementAndGet();
            }
        }
        throw new AssertionError("never answered: " + event);
    }

    /** No two deliveries arrive at the same moment: it is what tells a copy of a delivery from a twin. */
    private Event arrivingNow(Event event) {
        return TestEvents.deliveredAt(event, NOON.plus(arrivals.incrementAndGet(), ChronoUnit.MICROS));
    }

    /** Only the log tells why a delivery was queued. */
    private final class LockTimeouts extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains("a twin of it is not done elsewhere")) {
                lockTimeouts.incrementAndGet();
            }
        }
    }

    /** Takes the events that share, many at once. */
    private final class Batch implements BatchEventHandler {
        private final EventHandler each;

        private Batch(EventHandler each) {
            this.each = each;
        }

        @Override
        public boolean handles(Event event) {
            return shares(event) && each.handles(event);
        }

        @Override
        public void handleAll(List<Event> events) throws Exception {
            boolean isShared = events.size() > 1;
            shared.addAndGet(isShared ? 1 : 0);
            try {
                for (Event event : events) {
                    each.handle(event);
                }
            } catch (Throwable failure) {
                sharedFailures.addAndGet(isShared ? 1 : 0);
                throw failure;
            }
        }
    }

    /** Takes those that do not. */
    private record Single(EventHandler each) implements EventHandler {
        @Override
        public boolean handles(Event event) {
            return !shares(event) && each.handles(event);
        }

        @Override
        public void handle(Event event) throws Exception {
            each.handle(event);
        }
    }

    /** A handler that makes all the trouble that a handler can make. */
    private final class Trouble implements EventHandler {
        private final JdbcClient own;
        private final JdbcClient others;

        private Trouble(JdbcClient own, JdbcClient others) {
            this.own = own;
            this.others = others;
        }

        @Override
        public boolean handles(Event event) {
            return !quiet.get();
        }

        @Override
        public void handle(Event event) throws Exception {
            switch (ThreadLocalRandom.current().nextInt(80)) {
                case 0, 1, 2 -> throw new Exception("checked");
                case 3, 4 -> throw new AssertionError("an error");
                case 5, 6 -> swallowAnSqlError();
                case 7 ->
                    terminate("pid = "
                            + own.sql("select pg_backend_pid()")
                                    .query(Integer.class)
                                    .single());
                case 8 -> terminate("state <> 'idle' order by random() limit 1");
                case 9, 10, 11 -> takeLongerThanTheDeadline();
                case 12 -> hang();
                case 13, 14 -> failAfterTheDeadline();
                default -> {}
            }
        }

        private void swallowAnSqlError() {
            try {
                own.sql("select 1 / 0").query(Integer.class).single();
            } catch (DataAccessException swallowed) {
                failures.incrementAndGet();
            }
        }

        private void takeLongerThanTheDeadline() {
            own.sql("select pg_sleep(0.1)").query().singleRow();
        }

        private void failAfterTheDeadline() throws Exception {
            own.sql("select pg_sleep(0.2)").query().singleRow();
            throw new Exception("late");
        }

        private void hang() {
            hung.incrementAndGet();
            own.sql("select pg_sleep(600)").query().singleRow();
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
