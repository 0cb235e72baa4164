package io.github.dingtalkinbox.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The tables depend on which events there were, and on nothing else: not on their order, their batches, repetitions. The
 * database sorts as a language does, and not as C: that shows where a statement leaves it to that.
 */
@Postgres
class ApprovalOrderPostgresTest {
    private static final long SEED = 20260921;

    private final JdbcClient jdbc;
    private final ApprovalHandler handler;

    ApprovalOrderPostgresTest(TestDatabase database) {
        jdbc = database.jdbc();
        handler = new ApprovalHandler(new ApprovalInstances(jdbc), new ApprovalTasks(jdbc));
    }

    @Test
    void everyOrderAndEveryBatchingGivesTheSameTables() {
        Random random = new Random(SEED);
        for (int round = 0; round < 60; round++) {
            List<Event> events = events(random, 1 + random.nextInt(24));
            String expected = oneByOne(events);
            for (int permutation = 0; permutation < 6; permutation++) {
                assertThat(inBatches(events, random))
                        .as("round %d, permutation %d of %s", round, permutation, events)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void everyMixOfTransportsGivesTheSameTables() {
        Random random = new Random(SEED);
        for (int round = 0; round < 40; round++) {
            List<Event> events = events(random, 1 + random.nextInt(24));
            String expected = oneByOne(events);
            for (int permutation = 0; permutation < 6; permutation++) {
                List<Event> mixed = events.stream()
                        .map(event -> random.nextBoolean() ? event : TestEvents.streamed(event))
                        .toList();
                assertThat(inBatches(mixed, random))
                        .as("round %d, permutation %d of %s", round, permutation, mixed)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void batchesThatOverlapDoNotDeadlock() throws Exception {
        Random random = new Random(SEED);
        List<Event> events = events(random, 400);
        String expected = oneByOne(events);
        empty();
        var threads = Executors.newFixedThreadPool(6);
        try {
            List<Callable<Void>> batches = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                List<Event> shuffled = new ArrayList<>(events);
                Collections.shuffle(shuffled, random);
                batches.add(() -> {
                    for (int run = 0; run < 5; run++) {
                        handler.handleAll(shuffled);
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(batches)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tables()).isEqualTo(expected);
    }

    private String oneByOne(List<Event> events) {
        empty();
        events.forEach(event -> handler.handleAll(List.of(event)));
        return tables();
    }

    private String inBatches(List<Event> events, Random random) {
        empty();
        List<Event> rest = new ArrayList<>(events);
        for (Event event : events) {
            if (random.nextInt(4) == 0) {
                rest.add(event);
            }
        }
        Collections.shuffle(rest, random);
        while (!rest.isEmpty()) {
            List<Event> batch = rest.subList(0, 1 + random.nextInt(rest.size()));
            handler.handleAll(List.copyOf(batch));
            batch.clear();
        }
        return tables();
    }

    private static List<Event> events(Random random, int count) {
        return TestApprovals.events(random, count, "PI-1", "pi-1");
    }

    private void empty() {
        jdbc.sql("truncate inbox.approval_instances, inbox.approval_tasks").update();
    }

    private String tables() {
        return TestApprovals.tables(jdbc);
    }
}
