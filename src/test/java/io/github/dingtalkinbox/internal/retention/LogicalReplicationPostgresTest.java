package io.github.dingtalkinbox.internal.retention;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.internal.identity.TestHandlers;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A publication of all tables, as an audit replica, Debezium or an upgrade makes it, stops nothing; and a subscriber gets every row. */
class LogicalReplicationPostgresTest {
    private static final String TABLES = """
            select c.relname
              from pg_class c
             where c.relnamespace = 'inbox'::regnamespace and c.relkind = 'r' and c.relname <> 'inbox_schema_history'
             order by 1
            """;

    @Test
    void callbacksQueueAndCleanupGoOnAndTheSubscriberGetsEveryRow(@TempDir Path directory) throws Exception {
        try (RestartableServer publisher =
                        RestartableServer.start(directory.resolve("publisher"), Map.of("wal_level", "logical"));
                RestartableServer subscriber = RestartableServer.start(directory.resolve("subscriber"));
                TestDatabase database = publisher.database();
                TestDatabase replica = subscriber.database()) {
            History history = new History(database);
            history.events(40, "a", 30).accepted(40, "a").queued(40, "a", "discarded", 3);
            database.jdbc().sql("create publication everything for all tables").update();
            replica.jdbc().sql("truncate inbox.inbox_schema_history").update();
            replica.jdbc()
                    .sql("create subscription everything connection 'host=localhost user=postgres dbname=postgres port="
                            + publisher.port() + "' publication everything")
                    .update();
            history.events(35, "a", 30)
                    .duplicates(35, "a", Duration.ofMinutes(2))
                    .seal();

            whatHasNoEvent(database.jdbc());

            receive(database);
            RetentionReport report = Settings.run(database, "batch-size=7", "duplicates=30d");

            assertThat(report.outcome()).as(report.problems().toString()).isEqualTo(CleanupOutcome.COMPLETED);
            assertThat(report.rows()).isEqualTo(30 + 30 + 30 + 3 + 20 + 1 + 1);
            Invariants.assertNoRow(database.jdbc());
            assertThat(rows(database))
                    .containsEntry("queued_events", "0 ")
                    .doesNotContainEntry("processed_events", "0 ");
            await().untilAsserted(() -> assertThat(rows(replica)).isEqualTo(rows(database)));
            Invariants.assertNoRow(replica.jdbc());
            replica.jdbc().sql("drop subscription everything").update();
        }
    }

    /** Handling times, of which some are equal; a page of failed callbacks; a window. All are due. */
    private static void whatHasNoEvent(JdbcClient jdbc) {
        jdbc.sql("""
                        insert into inbox.handling_times (event_id, app, corp_id, event_type, handled_at, handling_time)
                        select 'default:a', 'default', 'ding1', 'a', now() - interval '960 hours', '1 ms' from generate_series(1, 20) n
                        """).update();
        jdbc.sql("""
                        insert into inbox.failed_callback_pages (app, page_id, received_at, processed_at, body)
                        values ('default', gen_random_uuid(), now(), now() - interval '960 hours', '')
                        """).update();
        jdbc.sql("insert into inbox.identity_windows values ('over', '', now() - interval '1 day', '10 minutes')")
                .update();
    }

    /** One that is processed at once, one that fails first, one that is queued, one known by its content; each with a twin. */
    private static void receive(TestDatabase database) throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        Node node = Node.on(database)
                .handlers(TestHandlers.everyEvent(e -> {
                    if (fails.get()) {
                        throw new IllegalStateException("not yet");
                    }
                }))
                .build();
        Event failing = approvalFinished("failing");
        assertThat(node.receive(List.of(failing))).containsExactly(new Queued(failing.id()));
        fails.set(false);
        node.settle();
        Event direct = approvalFinished("direct");
        assertThat(node.receive(List.of(direct))).containsExactly(new Processed(direct.id()));
        Node queueing = Node.on(database).queueing().build();
        Event queued = approvalFinished("queued");
        assertThat(queueing.receive(List.of(queued))).containsExactly(new Queued(queued.id()));
        Event content = event("{\"EventType\":\"user_modify_org\",\"UserId\":[\"1\"]}");
        assertThat(queueing.receive(List.of(content))).hasOnlyElementsOfType(Queued.class);
        queueing.settle();
        for (Event twin : List.of(failing, direct, queued, content)) {
            assertThat(node.receive(List.of(twin))).hasOnlyElementsOfType(Duplicate.class);
        }
    }

    /** How many rows each table has, and a checksum of them. */
    private static Map<String, String> rows(TestDatabase database) {
        Map<String, String> rows = new TreeMap<>();
        for (String table : database.jdbc().sql(TABLES).query(String.class).list()) {
            rows.put(
                    table,
                    database.jdbc()
                            .sql(
                                    "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text collate \"C\")), '')"
                                            + " from inbox." + table + " t")
                            .query(String.class)
                            .single());
        }
        return rows;
    }
}
