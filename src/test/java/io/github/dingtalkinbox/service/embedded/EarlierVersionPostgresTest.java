package io.github.dingtalkinbox.service.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.service.Application;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A data directory from before there were roles: one role, inbox, owned the database and everything in it. */
class EarlierVersionPostgresTest {
    private static final String PASSWORD = "0123456789abcdef";

    private final Path path;
    private final Path handlers;

    EarlierVersionPostgresTest(@TempDir Path temporary) {
        path = temporary.resolve("data");
        handlers = temporary.resolve("handlers");
    }

    @BeforeEach
    void makeOne() throws IOException {
        Files.createDirectories(handlers);
        Files.writeString(handlers.resolve("bpms_instance_change.sql"), """
                insert into sales.finished as f
                select event_type, nextval('sales.numbers'), 1 from event
                on conflict (form) do update set times = f.times + 1
                """);
        try (DataDirectory directory = DataDirectory.open(path)) {
            Cluster cluster = new Cluster(directory, Programs.of(Binaries.unpack(directory)));
            Logins logins = new Logins(Ports.free(), Map.of("postgres", PASSWORD));
            Files.writeString(path.resolve("pgpass"), """
                    127.0.0.1:%1$d:inbox:inbox:%2$s
                    127.0.0.1:%1$d:*:postgres:%2$s
                    """.formatted(logins.port(), PASSWORD));
            cluster.create(logins);
            assertThat(cluster.start(logins.port()).succeeded()).isTrue();
            try {
                Login superuser = new Login(logins.jdbcUrl("postgres"), "postgres", PASSWORD);
                superuser.execute("create role inbox login password '" + PASSWORD + "'");
                superuser.execute("create database inbox owner inbox");
                Flyway.configure()
                        .dataSource(new DriverManagerDataSource(logins.jdbcUrl("inbox"), "inbox", PASSWORD))
                        .locations("classpath:dingtalk-inbox/db/migration")
                        .table("inbox_schema_history")
                        .target("9")
                        .load()
                        .migrate();
                Login inbox = new Login(logins.jdbcUrl("inbox"), "inbox", PASSWORD);
                inbox.execute("create schema sales");
                inbox.execute("create table sales.finished (form text primary key, number bigint, times bigint)");
                inbox.execute("create sequence sales.numbers");
                inbox.execute("insert into accepted_events (event_id, corp_id, event_type) values ('kept', '', 'x')");
            } finally {
                cluster.stop();
            }
        }
    }

    @Test
    void isTakenOverWithAllThatHandlersUse() throws Exception {
        try (ConfigurableApplicationContext application = start()) {
            Receiver receiver = application.getBean(Receiver.class);
            receiver.receive(List.of(TestEvents.approvalFinished("one")));
            receiver.receive(List.of(TestEvents.approvalFinished("two")));

            JdbcClient jdbc = JdbcClient.create(application.getBean(DataSource.class));
            assertThat(jdbc.sql("select current_user").query(String.class).single())
                    .isEqualTo("inbox_app");
            assertThat(jdbc.sql("select sum(times) from sales.finished")
                            .query(Long.class)
                            .single())
                    .isEqualTo(2);
            assertThat(jdbc.sql("select event_id from accepted_events")
                            .query(String.class)
                            .list())
                    .containsExactly("kept");
            assertThatThrownBy(() -> jdbc.sql("delete from accepted_events").update())
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            assertThat(jdbc.sql("""
                            select distinct pg_get_userbyid(relowner) from pg_class
                             where relnamespace in ('public'::regnamespace, 'sales'::regnamespace)
                            union
                            select pg_get_userbyid(datdba) from pg_database where datname = 'inbox'
                            """).query(String.class).list()).containsExactly("inbox_owner");
            assertThat(jdbc.sql("select true from pg_roles where rolname = 'inbox'")
                            .query(Boolean.class)
                            .list())
                    .isEmpty();
        }
        List<String> passwords = Files.readAllLines(path.resolve("pgpass"));
        assertThat(passwords).hasSize(6).last().asString().endsWith(":*:postgres:" + PASSWORD);

        try (ConfigurableApplicationContext again = start()) {
            assertThat(again.isRunning()).isTrue();
        }
        assertThat(path.resolve("pgpass")).content().hasLineCount(6).contains(passwords);
    }

    private ConfigurableApplicationContext start() {
        return Application.service()
                .run(
                        "--inbox.data-dir=" + path,
                        "--server.port=0",
                        "--inbox.drain=0s",
                        "--inbox.handlers.location=file:" + handlers);
    }
}
