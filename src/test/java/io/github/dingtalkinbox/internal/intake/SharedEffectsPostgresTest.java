package io.github.dingtalkinbox.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.approval.TestApprovals;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.sqlfile.TestSqlFiles;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whatever is delivered, in shared transactions it leaves the same behind as one by one: the built-in approvals, what a SQL
 * file for many events writes, what was processed and what was a duplicate, and what each delivery was answered.
 */
@Postgres
class SharedEffectsPostgresTest {
    private static final int ROUNDS = 8;
    private static final int EVENTS = 50;
    private static final int MOST_TOGETHER = 12;
    private static final Instant NOON = Instant.parse("2026-09-21T12:00:00Z");

    /** What it appends shows the order of arrival, and each effect that is lost or made twice. */
    private static final String FILE = """
            -- many
            insert into history as h (corp_id, instance, events, log)
            select corp_id,
                   payload->>'processInstanceId',
                   count(*),
                   string_agg(event_id || ' ' || (payload->>'type'), ', ' order by received_at)
              from event
             group by 1, 2
            on conflict (corp_id, instance) do update set
              events = h.events + excluded.events,
              log = h.log || ', ' || excluded.log
            """;

    private static final String LEFT_BEHIND = """
            select (select jsonb_agg(to_jsonb(h) order by corp_id, instance) from history h)
                || (select jsonb_agg(jsonb_build_array(event_id, natural_key, received_at) order by event_id)
                      from inbox.processed_events where event_type <> :gate)
                || coalesce((select jsonb_agg(jsonb_build_array(event_id, received_at, matched_by, same_payload)
                                      order by received_at) from inbox.duplicate_deliveries), '[]')
            """;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Gate gate = new Gate(threads);
    private final TestDatabase database;
    private final JdbcClient jdbc;

    SharedEffectsPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void createTheTableOfTheFile() {
        jdbc.sql(
                        "create table history (corp_id text, instance text, events int, log text, primary key (corp_id, instance))")
                .update();
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void sharedTransactionsLeaveTheSameBehindAsOneByOne() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int shared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Event> events = events(random);
            String expected = oneByOne(events);

            String actual = together(events, random);

            assertThat(actual)
                    .as("seed %d, round %d of %s", seed, round, events)
                    .isEqualTo(expected);
            Invariants.assertNoRow(jdbc);
            shared += processedInCompany();
        }
        assertThat(shared).as("events that shared a transaction, seed " + seed).isGreaterThan(ROUNDS * EVENTS / 4);
    }

    private String oneByOne(List<Event> events) throws Exception {
        empty();
        Node node = node();
        List<Outcome> outcomes = new ArrayList<>();
        for (Event event : events) {
            outcomes.addAll(node.receive(List.of(event)));
        }
        return leftBehind() + outcomes;
    }

    private String together(List<Event> events, Random random) throws Exception {
        empty();
        Node node = node();
        List<Outcome> outcomes = new ArrayList<>();
        List<Event> rest = new ArrayList<>(events);
        while (!rest.isEmpty()) {
            List<Event> next = rest.subList(0, Math.min(rest.size(), 1 + random.nextInt(MOST_TOGETHER)));
            gate.close(node, Gate.TYPE);
            List<Future<List<Outcome>>> answers =
                    next.stream().map(e -> gate.deliver(node, List.of(e))).toList();
            gate.open();
            for (Future<List<Outcome>> answer : answers) {
                outcomes.addAll(answer.get());
            }
            next.clear();
        }
        return leftBehind() + outcomes;
    }

    private Node node() {
        List<EventHandler> handlers = new ArrayList<>(List.of(gate, TestApprovals.handler(jdbc)));
        handlers.addAll(TestSqlFiles.handlers(database.dataSource(), "bpms_instance_change", FILE));
        return Node.on(database).handlers(handlers).connections(1).build();
    }

    /** Each arrives at a moment of its own. */
    private static List<Event> events(Random random) {
        List<Event> events = new ArrayList<>();
        for (Event event : TestApprovals.events(random, EVENTS, "PI-1", "pi-1", "PI-2", "PI-3", "PI-4")) {
            events.add(TestEvents.deliveredAt(event, NOON.plus(events.size(), ChronoUnit.MILLIS)));
        }
        return events;
    }

    private String leftBehind() {
        return TestApprovals.tables(jdbc)
                + jdbc.sql(LEFT_BEHIND)
                        .param("gate", Gate.TYPE)
                        .query(String.class)
                        .single();
    }

    private int processedInCompany() {
        return jdbc.sql("""
                        select coalesce(sum(n), 0)
                          from (select count(*) as n from inbox.processed_events group by xmin::text having count(*) > 1) s
                        """).query(Integer.class).single();
    }

    private void empty() {
        jdbc.sql(
                        "truncate inbox.processed_events, inbox.duplicate_deliveries, inbox.approval_instances, inbox.approval_tasks, history")
                .update();
    }
}
