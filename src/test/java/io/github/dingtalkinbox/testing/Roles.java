package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.internal.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a DBA does with {@code db/roles}. The roles belong to the server, and so to every test on it, of this run and of
 * others: they are made once, all with the same password, and stay.
 */
public final class Roles {
    public static final String PASSWORD = "of the tests";

    private static final Path SCRIPTS = Path.of("db/roles");
    private static final long LOCK = 4242;
    static final List<String> LOGINS =
            List.of("inbox_migrator", "inbox_app", "inbox_cleanup", "inbox_auditor", "inbox_payload_auditor");

    private Roles() {}

    /** Runs both scripts, the second one in this database, as its superuser. */
    public static void make(TestDatabase database) {
        makeForServer(database);
        runInDatabase(database);
    }

    /**
     * An empty database beside this one, with its roles, and then migrated by the one that does that. To be dropped with
     * {@link #drop}.
     */
    public static TestDatabase newDatabase(TestDatabase beside, String suffix) {
        TestDatabase created = newEmptyDatabase(beside, suffix);
        try (TestDatabase migrator = created.as("inbox_migrator")) {
            new Schema(migrator.dataSource()).migrate();
        }
        return created;
    }

    /** An empty database beside this one, with its roles. To be dropped with {@link #drop}. */
    public static TestDatabase newEmptyDatabase(TestDatabase beside, String suffix) {
        String name = beside.name() + "_" + suffix;
        beside.jdbc().sql("create database " + name + " template template0").update();
        beside.jdbc()
                .sql("alter database " + name + " set timezone = 'America/Los_Angeles'")
                .update();
        TestDatabase created = beside.neighbour(name);
        make(created);
        return created;
    }

    public static void drop(TestDatabase created, TestDatabase beside) {
        created.close();
        beside.jdbc().sql("drop database " + created.name() + " with (force)").update();
    }

    /** Runs the script for the server; two test runs on one server take turns. */
    public static void makeForServer(TestDatabase database) {
        try (TestDatabase maintenance = database.maintenance()) {
            JdbcTemplate jdbc = new JdbcTemplate(maintenance.dataSource());
            new TransactionTemplate(new JdbcTransactionManager(maintenance.dataSource()))
                    .executeWithoutResult(transaction -> {
                        jdbc.execute("select pg_advisory_xact_lock(" + LOCK + ")");
                        jdbc.execute(script("cluster.sql"));
                        LOGINS.forEach(role -> jdbc.execute("alter role " + role + " password '" + PASSWORD + "'"));
                    });
        }
    }

    /** Runs the script for this database. */
    public static void runInDatabase(TestDatabase database) {
        new JdbcTemplate(database.dataSource()).execute(script("database.sql"));
    }

    private static String script(String name) {
        try {
            return Files.readString(SCRIPTS.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
