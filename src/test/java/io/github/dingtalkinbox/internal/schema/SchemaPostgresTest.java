package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

@Postgres
class SchemaPostgresTest {
    private static final int SERVICES = 12;

    private final TestDatabase database;
    private final String name;

    SchemaPostgresTest(TestDatabase database) {
        this.database = database;
        this.name = database.jdbcUrl().substring(database.jdbcUrl().lastIndexOf('/') + 1) + "_empty";
    }

    @BeforeEach
    void createAnEmptyDatabaseAndARole() {
        database.jdbc().sql("create database " + name + " template template0").update();
        database.jdbc().sql("create role " + name + " login password 'secret'").update();
    }

    @AfterEach
    void drop() {
        database.jdbc().sql("drop database " + name + " with (force)").update();
        database.jdbc().sql("drop role " + name).update();
    }

    @Test
    void severalServicesMayStartAtTheSameMoment() throws Exception {
        var together = new CyclicBarrier(SERVICES);
        var threads = Executors.newFixedThreadPool(SERVICES);
        List<Future<?>> starts = new ArrayList<>();
        for (int i = 0; i < SERVICES; i++) {
            starts.add(threads.submit(() -> {
                together.await();
                new Schema(asOwner()).prepare();
                return null;
            }));
        }
        threads.shutdown();

        for (Future<?> start : starts) {
            start.get();
        }
        assertThat(JdbcClient.create(asOwner())
                        .sql("select count(*) - count(distinct version) from inbox.inbox_schema_history where success")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void livesBesideTheTablesOfAHost() {
        JdbcClient host = JdbcClient.create(asOwner());
        host.sql("create table processed_events ()").update();

        new Schema(asOwner()).prepare();

        assertThat(tables("public")).containsExactly("processed_events");
        assertThat(tables("inbox")).contains("processed_events", "inbox_schema_history");
    }

    @Test
    void leavesTheSearchPathAsItIs() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(asOwner());
        config.setMaximumPoolSize(2);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            List<String> before = searchPaths(pool);

            new Schema(pool).prepare();

            assertThat(searchPaths(pool)).isEqualTo(before);
        }
    }

    private static List<String> searchPaths(DataSource poolOfTwo) throws SQLException {
        try (Connection one = poolOfTwo.getConnection();
                Connection other = poolOfTwo.getConnection()) {
            return Stream.of(one, other)
                    .map(connection -> JdbcClient.create(new SingleConnectionDataSource(connection, true))
                            .sql("show search_path")
                            .query(String.class)
                            .single())
                    .toList();
        }
    }

    @Test
    void tablesOfOthersInItsSchemaAreNamed() {
        JdbcClient host = JdbcClient.create(asOwner());
        host.sql("create schema inbox").update();
        host.sql("create table inbox.orders ()").update();
        host.sql("create view inbox.\"Open\" as select * from inbox.orders").update();

        assertThatThrownBy(() -> new Schema(asOwner()).prepare())
                .isInstanceOfSatisfying(
                        UnsuitableDatabase.class, e -> assertThat(e.action().lines())
                                .anyMatch(remedy -> remedy.contains("alter schema inbox rename to"))
                                .anyMatch(remedy -> remedy.contains("spring.datasource.url")))
                .hasMessageContaining("has others in it: \"Open\", orders");
        assertThat(tables("inbox")).containsExactly("orders");
    }

    @Test
    void roleThatMayNotMakeTheSchemaIsTold() {
        assertThatThrownBy(() -> new Schema(asRole()).prepare())
                .isInstanceOfSatisfying(
                        UnsuitableDatabase.class, e -> assertThat(e.action().lines())
                                .hasSize(3)
                                .anyMatch(remedy -> remedy.contains("command migrate"))
                                .anyMatch(remedy -> remedy.contains("inbox.schema.username"))
                                .anyMatch(remedy -> remedy.contains("create schema inbox authorization " + name)))
                .hasMessageContaining("The role " + name + " may not create the schema inbox");
        assertThat(tables("inbox")).isEmpty();
    }

    /** PostgreSQL refuses "create schema if not exists" also where the schema exists, if the role may not make schemas. */
    @Test
    void roleThatMayNotMakeTheSchemaWillDoIfItOwnsIt() {
        JdbcClient.create(asOwner())
                .sql("create schema inbox authorization " + name)
                .update();

        new Schema(asRole()).prepare();

        assertThat(tables("inbox")).contains("processed_events");
    }

    @Test
    void roleThatMayNotCreateTablesIsTold() {
        JdbcClient.create(asOwner()).sql("create schema inbox").update();

        assertThatThrownBy(() -> new Schema(asRole()).prepare())
                .isInstanceOfSatisfying(
                        UnsuitableDatabase.class, e -> assertThat(e.action().lines())
                                .hasSize(3)
                                .anyMatch(remedy -> remedy.contains("command migrate"))
                                .anyMatch(remedy -> remedy.contains("inbox.schema.username"))
                                .anyMatch(remedy -> remedy.contains("grant create on schema inbox to " + name)))
                .hasMessageContaining(
                        "The role " + name + " may not create the tables of the inbox in the schema inbox");
        assertThat(tables("inbox")).isEmpty();
    }

    /** As a role called inbox has it, with "$user" in its search path. */
    @Test
    void roleThatHasTheSchemaInItsSearchPathIsTold() {
        database.jdbc()
                .sql("alter role " + name + " set search_path = inbox, public")
                .update();
        JdbcClient.create(asOwner())
                .sql("create schema inbox authorization " + name)
                .update();

        assertThatThrownBy(() -> new Schema(asRole()).prepare())
                .isInstanceOfSatisfying(UnsuitableDatabase.class, e -> assertThat(
                                e.action().lines())
                        .anyMatch(remedy -> remedy.contains("alter role " + name + " set search_path = public")))
                .hasMessageContaining("stands in the search path (inbox, public) of the role " + name);
    }

    @Test
    void roleThatMayNotCreateTablesWillDoIfTheyAreThere() {
        new Schema(asOwner()).prepare();
        JdbcClient.create(asOwner())
                .sql("grant usage on schema inbox to " + name)
                .update();
        JdbcClient.create(asOwner())
                .sql("grant select, insert on inbox.processed_events to " + name)
                .update();
        JdbcClient.create(asOwner())
                .sql("grant select on inbox.application to " + name)
                .update();
        JdbcClient.create(asOwner())
                .sql("grant select on inbox.inbox_schema_history to " + name)
                .update();

        assertThatCode(() -> new Schema(asRole()).prepare()).doesNotThrowAnyException();
    }

    @Test
    void roleThatMayNotReadTheHistoryIsTold() {
        new Schema(asOwner()).prepare();

        assertThatThrownBy(() -> new Schema(asRole()).prepare())
                .isInstanceOf(UnsuitableDatabase.class)
                .hasMessageContaining("inbox_schema_history");
    }

    @Test
    void anotherApplicationIsRefused() {
        named("approvals").prepare();
        named("approvals").prepare();

        assertThatThrownBy(() -> named("attendance").prepare())
                .isInstanceOfSatisfying(
                        UnsuitableDatabase.class, e -> assertThat(e.action().lines())
                                .anyMatch(remedy -> remedy.contains("spring.datasource.url"))
                                .anyMatch(remedy -> remedy.contains("inbox.name=approvals")))
                .hasMessageContaining("belongs to the application \"approvals\", and this one is \"attendance\"");
    }

    /** It must not change the tables of a program that is older. */
    @Test
    void anotherApplicationIsRefusedBeforeItMigrates() {
        named("approvals").prepare();
        JdbcClient owner = JdbcClient.create(asOwner());
        owner.sql("delete from inbox.inbox_schema_history where version = '8'").update();

        assertThatThrownBy(() -> named("attendance").prepare()).isInstanceOf(UnsuitableDatabase.class);
        assertThat(owner.sql("select count(*) from inbox.inbox_schema_history where version = '8'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void ofTwoApplicationsThatStartAtTheSameMomentOneIsRefused() throws Exception {
        var together = new CyclicBarrier(2);
        var threads = Executors.newFixedThreadPool(2);
        List<Future<Boolean>> starts = new ArrayList<>();
        for (String application : List.of("approvals", "attendance")) {
            starts.add(threads.submit(() -> {
                together.await();
                try {
                    named(application).prepare();
                    return true;
                } catch (UnsuitableDatabase e) {
                    return false;
                }
            }));
        }
        threads.shutdown();

        assertThat(List.of(starts.get(0).get(), starts.get(1).get())).containsExactlyInAnyOrder(true, false);
    }

    private Schema named(String application) {
        return new Schema(asOwner(), new SchemaProperties(null, null), application);
    }

    private List<String> tables(String schema) {
        return JdbcClient.create(asOwner())
                .sql("select tablename from pg_tables where schemaname = ?")
                .param(schema)
                .query(String.class)
                .list();
    }

    private DataSource asOwner() {
        return new DriverManagerDataSource(url(), database.user(), database.password());
    }

    private DataSource asRole() {
        return new DriverManagerDataSource(url(), name, "secret");
    }

    private String url() {
        return database.jdbcUrl().substring(0, database.jdbcUrl().lastIndexOf('/') + 1) + name;
    }
}
