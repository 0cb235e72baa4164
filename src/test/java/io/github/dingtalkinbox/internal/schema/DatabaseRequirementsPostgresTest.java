package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@Postgres
class DatabaseRequirementsPostgresTest {
    private final TestDatabase database;

    DatabaseRequirementsPostgresTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void durableDatabaseIsFit() {
        assertThatCode(() -> check(database.jdbcUrl())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "synchronous_commit, off, on",
        "default_transaction_isolation, repeatable read, read committed",
        "default_transaction_read_only, on, off",
        "client_min_messages, error, notice"
    })
    void settingOfTheDatabaseIsRefused(String name, String value, String required) {
        String other = name();
        execute("create database " + other);
        try {
            execute("alter database " + other + " set " + name + " = '" + value + "'");
            assertThatThrownBy(() -> check(url(other)))
                    .isInstanceOfSatisfying(
                            UnsuitableDatabase.class, e -> assertThat(e.action().lines())
                                    .containsExactly("alter database " + other + " reset " + name + ";"))
                    .hasMessageContaining(name + " is '" + value + "', required is '" + required + "': ");
        } finally {
            execute("drop database " + other);
        }
    }

    @Test
    void settingOfTheConnectionIsRefused() {
        assertThatThrownBy(() -> check(database.jdbcUrl() + "?options=-c%20synchronous_commit=off"))
                .isInstanceOf(UnsuitableDatabase.class)
                .hasMessageContaining("synchronous_commit is 'off'");
    }

    @Test
    void otherEncodingIsRefused() {
        String other = name();
        execute("create database " + other
                + " template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'");
        try {
            assertThatThrownBy(() -> check(url(other)))
                    .isInstanceOf(UnsuitableDatabase.class)
                    .hasMessageContaining("server_encoding is 'SQL_ASCII', required is 'UTF8'");
        } finally {
            execute("drop database " + other);
        }
    }

    @Test
    void allThatIsWrongIsSaidAtOnceAndNothingIsChanged() throws IOException {
        // As the library starts it: without fsync and synchronous_commit.
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            var schema = new Schema(server.getPostgresDatabase());

            assertThatThrownBy(schema::prepare).isInstanceOfSatisfying(UnsuitableDatabase.class, e -> {
                assertThat(e.description())
                        .contains("fsync is 'off', required is 'on'", "synchronous_commit is 'off', required is 'on'");
                assertThat(e.action())
                        .contains(
                                "Start the server without fsync=off",
                                "Start the server without synchronous_commit=off");
            });
            assertThat(JdbcClient.create(server.getPostgresDatabase())
                            .sql("select count(*) from pg_tables where schemaname = 'inbox'")
                            .query(Long.class)
                            .single())
                    .isZero();
        }
    }

    private void check(String url) {
        new DatabaseRequirements(
                        new DriverManagerDataSource(url, database.user(), database.password()), Clock.systemUTC())
                .check();
    }

    private void execute(String sql) {
        database.jdbc().sql(sql).update();
    }

    private String name() {
        return database.jdbcUrl().substring(database.jdbcUrl().lastIndexOf('/') + 1) + "_other";
    }

    private String url(String name) {
        return database.jdbcUrl().substring(0, database.jdbcUrl().lastIndexOf('/') + 1) + name;
    }
}
