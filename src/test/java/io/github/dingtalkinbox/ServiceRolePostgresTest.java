package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.cli.Cli;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole service, as the role that may only add to the log. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class ServiceRolePostgresTest {
    private static final String MIGRATOR = "inbox.schema.username=inbox_migrator";
    private static final String PASSWORD = "inbox.schema.password=" + Roles.PASSWORD;

    private final TestDatabase beside;
    private final TestDatabase owner;
    private final TestDatabase app;
    private final JdbcClient jdbc;

    ServiceRolePostgresTest(TestDatabase beside) {
        this.beside = beside;
        this.owner = Roles.newEmptyDatabase(beside, "service");
        this.app = owner.as("inbox_app");
        this.jdbc = owner.jdbc();
    }

    @AfterEach
    void drop() {
        app.close();
        Roles.drop(owner, beside);
    }

    @Test
    void everythingThatTheServiceDoesIsAllowed(@TempDir Path handlers) throws Exception {
        try (TestDatabase migrator = owner.as("inbox_migrator")) {
            migrator.jdbc()
                    .sql("create table handled (event_id text, attempts integer default 1)")
                    .update();
            migrator.jdbc().sql("create table in_order (ready boolean)").update();
        }
        Files.writeString(handlers.resolve("sync.sql"), "insert into handled (event_id) select event_id from event");
        Files.writeString(handlers.resolve("queued.sql"), "insert into handled (event_id) select event_id from event");
        Files.writeString(
                handlers.resolve("broken.sql"),
                "insert into handled (event_id) select event_id from event cross join in_order where 1 / ready::int = 1");
        try (Service service = start(
                "inbox.handlers.location=file:" + handlers,
                "inbox.event-types[0].name=queued",
                "inbox.event-types[0].mode=queue")) {
            deliver(service, "sync", "a");
            deliver(service, "sync", "a");
            deliver(service, "queued", "b");
            deliver(service, "broken", "c");
            assertThat(jdbc.sql("select event_id from handled where event_id = 'default:c'")
                            .query(String.class)
                            .list())
                    .as("no row in in_order: the handler does nothing")
                    .isEmpty();
            jdbc.sql("insert into in_order values (false)").update();
            deliver(service, "broken", "d");
            deliver(service, "broken", "d");
            await().untilAsserted(() -> assertThat(handled()).containsExactly("default:a", "default:b"));
            assertThat(states()).isEqualTo(Map.of("default:d", "dead"));

            jdbc.sql("update in_order set ready = true").update();
            assertThat(command("queue", "replay", "default:d", "--reason=it is mended"))
                    .isZero();
            await().untilAsserted(() -> assertThat(handled()).containsExactly("default:a", "default:b", "default:d"));
            assertThat(command(
                            "queue",
                            "replay",
                            "default:a",
                            "--force",
                            "--reason=once more",
                            "--inbox.handlers.location=file:" + handlers))
                    .isZero();
            assertThat(handled()).containsExactly("default:a", "default:a", "default:b", "default:d");
            jdbc.sql("update in_order set ready = false").update();
            deliver(service, "broken", "e");
            assertThat(command("queue", "discard", "default:e", "--reason=never mind"))
                    .isZero();
            assertThat(command("audit", "verify")).isZero();
        }
        assertThat(jdbc.sql("select count(*) from inbox.duplicate_deliveries")
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
        Invariants.assertNoRow(jdbc);
    }

    /** As in docker-compose.yml: each job has its own login, and the service none but its own. */
    @Test
    void aServiceWithItsOwnLoginAloneRunsOnTablesThatAJobHasMigrated(CapturedOutput output) throws Exception {
        assertThat(command(app, "migrate")).isEqualTo(2);
        assertThat(output)
                .contains("Run the command migrate of this version first, as a role that may: inbox_migrator");
        try (TestDatabase migrator = owner.as("inbox_migrator")) {
            assertThat(command(migrator, "migrate")).isZero();
            assertThat(command(migrator, "migrate")).as("again").isZero();
        }
        assertThat(output).contains("The tables of the inbox are those of this version");

        try (Service service = Service.start(app, "inbox.retention.schedule=-")) {
            deliver(service, "sync", "a");
            assertThat(service.bean(Retention.class).plan(null).problems())
                    .as("it may see what is due")
                    .isEmpty();
        }
        try (TestDatabase cleanup = owner.as("inbox_cleanup")) {
            assertThat(command(cleanup, "cleanup")).isZero();
        }
    }

    @Test
    void aStartWithoutTheRoleThatMigratesNamesItsProperty(CapturedOutput output) {
        assertThatThrownBy(() -> Service.start(app)).isNotNull();

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START",
                        "The role inbox_app may not create the tables of the inbox in the schema inbox",
                        "Run the command migrate of this version first",
                        "Or name that role in inbox.schema.username and .password");
    }

    @Test
    void aStartAfterAnUpgradeWithoutItNamesItToo(CapturedOutput output) {
        start().close();
        // As if the last migration were new.
        jdbc.sql("delete from inbox.inbox_schema_history"
                        + " where installed_rank = (select max(installed_rank) from inbox.inbox_schema_history)")
                .update();
        assertThatThrownBy(() -> Service.start(app)).isNotNull();
        assertThat(output)
                .contains(
                        "The tables of the inbox are those of an earlier version, and the role inbox_app may not",
                        "Run the command migrate of this version first");

        // Who may make tables still may not change those of others.
        jdbc.sql("grant create on schema inbox to inbox_app").update();
        assertThatThrownBy(() -> Service.start(app)).isNotNull();

        assertThat(output).contains("The tables of the inbox cannot be brought up to date");
    }

    /** Not a wrong password: some servers trust everybody. */
    @Test
    void aRoleThatCannotLogInIsSaid(CapturedOutput output) {
        assertThatThrownBy(() -> Service.start(app, "inbox.schema.username=inbox_nobody", PASSWORD))
                .isNotNull();

        assertThat(output)
                .contains("The role inbox_nobody, which is to bring the tables", "Check inbox.schema.username")
                .doesNotContain(Roles.PASSWORD);
    }

    @Test
    void aRoleThatMayNotUseTheTablesIsTold(CapturedOutput output) {
        start().close();
        try (TestDatabase auditor = owner.as("inbox_auditor")) {
            assertThatThrownBy(() -> Service.start(auditor, MIGRATOR, PASSWORD)).isNotNull();
        }
        assertThat(output)
                .contains(
                        "The role inbox_auditor may not read and add to inbox.processed_events",
                        "db/roles/database.sql");
    }

    @Test
    void anEmptyNameIsNone() {
        start().close();
        try (Service service = Service.start(app, "inbox.schema.username=", "inbox.schema.password=")) {
            assertThat(service.url("/")).isNotNull();
        }
    }

    @Test
    void aNameInTheUrlDoesNotOutrankIt() {
        String url = app.jdbcUrl() + "?user=inbox_app&password=" + Roles.PASSWORD.replace(" ", "%20")
                + "&ApplicationName=mine";
        try (Service service = Service.start(app, MIGRATOR, PASSWORD, "spring.datasource.url=" + url)) {
            assertThat(service.url("/")).isNotNull();
        }
        assertThat(jdbc.sql("select tableowner from pg_tables where tablename = 'processed_events'")
                        .query(String.class)
                        .single())
                .isEqualTo("inbox_owner");
    }

    private Service start(String... more) {
        String[] properties = new String[more.length + 2];
        properties[0] = MIGRATOR;
        properties[1] = PASSWORD;
        System.arraycopy(more, 0, properties, 2, more.length);
        return Service.start(app, properties);
    }

    private static void deliver(Service service, String type, String id) throws Exception {
        assertThat(service.client()
                        .deliver("{\"EventType\":\"" + type + "\",\"eventId\":\"" + id + "\",\"corpId\":\"ding1\"}")
                        .decrypted())
                .isEqualTo("success");
    }

    private int command(String... words) {
        return command(app, words);
    }

    private static int command(TestDatabase login, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--spring.datasource.url=" + login.jdbcUrl());
        arguments.add("--spring.datasource.username=" + login.user());
        arguments.add("--spring.datasource.password=" + login.password());
        return Cli.run(arguments.toArray(String[]::new), Application::service);
    }

    private List<String> handled() {
        return jdbc.sql("select event_id from handled order by event_id")
                .query(String.class)
                .list();
    }

    private Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        jdbc.sql("select event_id, state from inbox.queued_events").query(row -> {
            states.put(row.getString(1), row.getString(2));
        });
        return states;
    }
}
