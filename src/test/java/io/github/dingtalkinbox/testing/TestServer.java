package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.internal.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL server of this test run, started once: the one that the environment variable
 * {@code TEST_DATABASE_URL} names (a JDBC URL with credentials of a superuser), a container with
 * {@code -Dpostgres=testcontainers}, else an embedded one.
 *
 * <p>Texts are sorted as in a Chinese dictionary, where {@code _} comes before {@code 1} and {@code a} before {@code B}: what
 * needs an order for its own sake and not for people must say so ({@code collate "C"}).
 */
final class TestServer {
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final String TEMPLATE =
            "inbox_template_" + ProcessHandle.current().pid();

    /** Whatever the server itself is set to. */
    private static final String CHINESE =
            " template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider icu icu_locale 'zh-CN'";

    private final String address;
    private final String user;
    private final String password;

    private TestServer(String address, String user, String password) {
        this.address = address;
        this.user = user;
        this.password = password;
        try (TestDatabase admin = database("postgres")) {
            admin.jdbc().sql("drop database if exists " + TEMPLATE).update();
            admin.jdbc().sql("create database " + TEMPLATE + CHINESE).update();
            admin.jdbc()
                    .sql("alter database " + TEMPLATE + " set timezone = 'America/Los_Angeles'")
                    .update();
        }
        try (TestDatabase template = database(TEMPLATE)) {
            new Schema(template.dataSource()).migrate();
        }
    }

    static TestServer get() {
        return Holder.SERVER;
    }

    TestDatabase create(boolean messagesInEnglish) {
        String name = TEMPLATE.replace("template", "test") + "_" + NEXT.incrementAndGet();
        try (TestDatabase admin = database("postgres")) {
            admin.jdbc()
                    .sql("create database " + name + " template " + TEMPLATE)
                    .update();
            // Settings of a database do not come with the template.
            admin.jdbc()
                    .sql("alter database " + name + " set timezone = 'America/Los_Angeles'")
                    .update();
            if (messagesInEnglish) {
                admin.jdbc()
                        .sql("alter database " + name + " set lc_messages = 'C'")
                        .update();
            }
        }
        return database(name);
    }

    void drop(TestDatabase database) {
        String name = database.jdbcUrl().substring(database.jdbcUrl().lastIndexOf('/') + 1);
        database.close();
        try (TestDatabase admin = database("postgres")) {
            JdbcClient jdbc = admin.jdbc();
            jdbc.sql("drop database " + name + " with (force)").update();
        }
    }

    private TestDatabase database(String name) {
        return TestDatabase.open("jdbc:postgresql://" + address + "/" + name, user, password);
    }

    private static TestServer start() {
        String url = System.getenv("TEST_DATABASE_URL");
        if (url != null && !url.isBlank()) {
            var properties = org.postgresql.Driver.parseURL(url, null);
            if (properties == null) {
                throw new IllegalStateException("TEST_DATABASE_URL must be a JDBC URL such as"
                        + " jdbc:postgresql://localhost:5432/postgres?user=…&password=…");
            }
            return new TestServer(
                    properties.getProperty("PGHOST") + ":" + properties.getProperty("PGPORT"),
                    properties.getProperty("user", "postgres"),
                    properties.getProperty("password", ""));
        }
        if ("testcontainers".equals(System.getProperty("postgres"))) {
            return container();
        }
        return embedded();
    }

    // The container lives as long as the tests.
    @SuppressWarnings("resource")
    private static TestServer container() {
        var container = new PostgreSQLContainer("postgres:18").withCommand("postgres", "-c", "max_connections=200");
        container.start();
        return new TestServer(
                container.getHost() + ":" + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                container.getUsername(),
                container.getPassword());
    }

    // The server stops with the JVM: the library has a shutdown hook for it.
    @SuppressWarnings("resource")
    private static TestServer embedded() {
        try {
            var server = EmbeddedPostgres.builder()
                    .setPGStartupWait(Patience.LONGEST)
                    .setServerConfig("max_connections", "200")
                    // The library turns them off, and the service refuses to start on such a server.
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            return new TestServer("localhost:" + server.getPort(), "postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL of the tests did not start", e);
        }
    }

    private static final class Holder {
        private static final TestServer SERVER = start();
    }
}
