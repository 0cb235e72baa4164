package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

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
                        .sql("select count(*) - count(distinct version) from inbox_schema_history where success")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void livesBesideTheTablesOfAHost() {
        JdbcClient.create(asOwner()).sql("create table orders ()").update();

        new Schema(asOwner()).prepare();

        assertThat(tables()).contains("orders", "processed_events");
    }

    @Test
    void roleThatMayNotCreateTablesIsTold() {
        assertThatThrownBy(() -> new Schema(asRole()).prepare())
                .isInstanceOfSatisfying(UnsuitableDatabase.class, e -> assertThat(e.remedies())
                        .hasSize(2)
                        .anyMatch(remedy -> remedy.contains("inbox.schema.username"))
                        .anyMatch(remedy -> remedy.contains("grant create on schema public to " + name)))
                .hasMessageContaining(
                        "The role " + name + " may not create the tables of the inbox in the schema public");
        assertThat(tables()).isEmpty();
    }

    @Test
    void roleWithoutASchemaIsTold() {
        database.jdbc().sql("alter role " + name + " set search_path = nowhere").update();

        assertThatThrownBy(() -> new Schema(asRole()).prepare())
                .isInstanceOf(UnsuitableDatabase.class)
                .hasMessageContaining("No schema of the search path (nowhere)");
    }

    @Test
    void roleThatMayNotCreateTablesWillDoIfTheyAreThere() {
        new Schema(asOwner()).prepare();
        JdbcClient.create(asOwner())
                .sql("grant select, insert on processed_events to " + name)
                .update();
        JdbcClient.create(asOwner())
                .sql("grant select on inbox_schema_history to " + name)
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

    private List<String> tables() {
        return JdbcClient.create(asOwner())
                .sql("select tablename from pg_tables where schemaname = 'public'")
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
