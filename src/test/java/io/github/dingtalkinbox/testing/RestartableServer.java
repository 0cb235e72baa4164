package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.internal.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A PostgreSQL server of one's own, that can be stopped in the middle of everything and started again. */
public final class RestartableServer implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> settings;
    private final int port;
    private EmbeddedPostgres server;

    private RestartableServer(Path directory, Map<String, String> settings) throws IOException {
        this.directory = directory;
        this.settings = settings;
        this.server = start(0);
        this.port = server.getPort();
    }

    /** Starts a server with durable settings in an empty directory. */
    public static RestartableServer start(Path directory) throws IOException {
        return start(directory, Map.of());
    }

    /** The same, with settings of one's own. */
    public static RestartableServer start(Path directory, Map<String, String> settings) throws IOException {
        return new RestartableServer(directory, settings);
    }

    private EmbeddedPostgres start(int port) throws IOException {
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on");
        settings.forEach(builder::setServerConfig);
        return builder.start();
    }

    /** Its database, migrated. */
    public TestDatabase database() {
        TestDatabase database = emptyDatabase();
        new Schema(database.dataSource()).migrate();
        return database;
    }

    /** Its database, as its superuser. */
    public TestDatabase emptyDatabase() {
        return TestDatabase.open("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres");
    }

    /** Ends every session and the server at once, without a checkpoint; then starts it: it has to recover. */
    public void crashAndRestart() throws IOException, InterruptedException {
        stop();
        startAgain();
    }

    /** Ends every session and the server at once, without a checkpoint. */
    public void stop() throws IOException, InterruptedException {
        signal("-QUIT", Stream.of(postmaster()));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> !Files.exists(directory.resolve("postmaster.pid")));
        server.close();
    }

    /** After a {@link #stop}: it has to recover. */
    public void startAgain() throws IOException {
        server = start(port);
    }

    /** From now on it hangs: connections stay, and nothing is answered. */
    public void hang() throws IOException, InterruptedException {
        // The server itself first, so that no process is added meanwhile.
        signal("-STOP", Stream.of(postmaster()));
        signal("-STOP", postmaster().descendants());
    }

    /** Goes on after a {@link #hang}, with all that has arrived meanwhile. */
    public void goOn() throws IOException, InterruptedException {
        signal("-CONT", Stream.concat(postmaster().descendants(), Stream.of(postmaster())));
    }

    /** From now on, commits wait for this standby, which never comes. Empty: for none. */
    public void waitForStandby(String name) {
        try (TestDatabase dba = emptyDatabase()) {
            dba.jdbc()
                    .sql("alter system set synchronous_standby_names = '" + name + "'")
                    .update();
            dba.jdbc().sql("select pg_reload_conf()").query().singleRow();
            Awaitility.await().until(() -> dba.jdbc()
                    .sql("show synchronous_standby_names")
                    .query(String.class)
                    .single()
                    .equals(name));
        }
    }

    private ProcessHandle postmaster() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(directory.resolve("postmaster.pid")).get(0).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static void signal(String signal, Stream<ProcessHandle> processes)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.map(ProcessHandle::pid).map(String::valueOf).forEach(command::add);
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
