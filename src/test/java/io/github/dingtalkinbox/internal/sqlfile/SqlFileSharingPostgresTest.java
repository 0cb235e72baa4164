package io.github.dingtalkinbox.internal.sqlfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.intake.Gate;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A SQL file shares its transaction if it says so, and only then. */
@Postgres
class SqlFileSharingPostgresTest {
    private static final String FILE = "insert into runs select count(*) from event";
    private static final int EVENTS = 5;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Gate gate = new Gate(threads);
    private final List<Event> events = Stream.generate(
                    () -> TestEvents.unordered(UUID.randomUUID().toString()))
            .limit(EVENTS)
            .toList();
    private final TestDatabase database;
    private final JdbcClient jdbc;

    SqlFileSharingPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void createTable() {
        jdbc.sql("drop table if exists runs").update();
        jdbc.sql("create table runs (events integer)").update();
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void aFileForManyEventsRunsOnceInOneTransaction() throws Exception {
        deliverTogether("-- many\n" + FILE);

        assertThat(runs()).containsExactly(EVENTS);
        assertThat(transactions()).isOne();
    }

    @Test
    void anyOtherFileRunsOncePerEventInATransactionOfItsOwn() throws Exception {
        deliverTogether(FILE);

        assertThat(runs()).containsExactly(1, 1, 1, 1, 1);
        assertThat(transactions()).isEqualTo(EVENTS);
    }

    private void deliverTogether(String file) throws Exception {
        List<EventHandler> handlers = new ArrayList<>(List.of(gate));
        handlers.addAll(TestSqlFiles.handlers(database.dataSource(), "check_in", file));
        Node node = Node.on(database).handlers(handlers).connections(1).build();
        gate.close(node, Gate.TYPE);
        List<Future<List<Outcome>>> outcomes =
                events.stream().map(e -> gate.deliver(node, List.of(e))).toList();
        gate.open();
        for (Future<List<Outcome>> outcome : outcomes) {
            assertThat(outcome.get()).hasExactlyElementsOfTypes(Outcome.Processed.class);
        }
    }

    private List<Integer> runs() {
        return jdbc.sql("select events from runs").query(Integer.class).list();
    }

    private int transactions() {
        return jdbc.sql("select count(distinct xmin::text) from inbox.processed_events where event_id = any (?)")
                .param(events.stream().map(Event::id).toArray(String[]::new))
                .query(Integer.class)
                .single();
    }
}
