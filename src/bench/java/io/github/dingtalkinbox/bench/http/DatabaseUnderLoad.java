package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** A PostgreSQL server with a new, empty database, set up for a log that grows fast. */
public final class DatabaseUnderLoad implements AutoCloseable {
    /** Durable, as the tests' servers are, and with room for what is written in some minutes. */
    private static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "1GB", "max_wal_size", "8GB", "checkpoint_timeout", "15min");

    private static final List<String> SHOWN = List.of(
            "server_version",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "shared_buffers",
            "max_wal_size",
            "checkpoint_timeout",
            "wal_compression",
            "autovacuum");

    private final Path directory;
    private final RestartableServer server;
    private final TestDatabase database;

    private DatabaseUnderLoad(Path directory) throws IOException {
        this.directory = directory;
        this.server = RestartableServer.start(directory, SETTINGS);
        this.database = server.database();
    }

    /**
     * Starts it.
     *
     * @param name of its directory; what another run has left there is removed
     */
    public static DatabaseUnderLoad start(String name) throws IOException {
        Path directory = Path.of("target", "bench", "postgres-" + name);
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectories(directory);
        return new DatabaseUnderLoad(directory);
    }

    public TestDatabase database() {
        return database;
    }

    private ProcessHandle process() throws IOException {
        String pid = Files.readAllLines(directory.resolve("postmaster.pid")).get(0);
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }

    /** What this server and the service have had of the processors. */
    Supplier<ProcessorTime> beside(ServiceUnderLoad service) throws IOException {
        ProcessHandle postmaster = process();
        return () -> ProcessorTime.now(service.process(), postmaster);
    }

    /** Fails if an audit of the database finds anything. */
    void requireSound() {
        Invariants.assertNoRow(database.jdbc());
    }

    /** Another database of the server, with the schema of the inbox. */
    public TestDatabase newDatabase(String name) {
        TestDatabase created = emptyDatabase(name);
        new Schema(created.dataSource()).migrate();
        return created;
    }

    /** Another database of the server, for a build that has its own migrations. */
    TestDatabase emptyDatabase(String name) {
        database.jdbc().sql("create database " + name).update();
        return database.neighbour(name);
    }

    /** Its settings, in one line. */
    public String settings() {
        return SHOWN.stream()
                        .map(name -> name + " " + show(name))
                        .collect(Collectors.joining(", "))
                + ", collation "
                + database.jdbc()
                        .sql("select datcollate from pg_database where datname = current_database()")
                        .query(String.class)
                        .single();
    }

    private String show(String name) {
        return database.jdbc().sql("show " + name).query(String.class).single();
    }

    /** Leaves nothing to be done for what was written into its first database and into these. */
    public void rest(TestDatabase... others) {
        Stream.concat(Stream.of(database), Stream.of(others))
                .forEach(written -> written.jdbc().sql("vacuum analyze").update());
        database.jdbc().sql("checkpoint").update();
    }

    @Override
    public void close() throws IOException {
        database.close();
        server.close();
        FileSystemUtils.deleteRecursively(directory); // up to 20 GB
    }
}
