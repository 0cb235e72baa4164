package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.internal.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;

/** A PostgreSQL server of one's own, that can be stopped in the middle of everything and started again. */
public final class RestartableServer implements AutoCloseable {
    private final Path directory;
    private final ServerProcesses processes;
    private final Map<String, String> settings;
    private final int port;
    private EmbeddedPostgres server;

    private RestartableServer(Path directory, Map<String, String> settings) throws IOException {
        this.directory = directory;
        this.processes = new ServerProcesses(directory);
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
                .setPGStartupWait(Patience.LONGEST) // it may have a crash to recover from
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on");
        settings.forEach(builder::setServerConfig);
        return builder.start();
    }

    public int port() {
        return port;
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

    /**
     * A standby of it, made from a copy of its data: for that, it is stopped and started again.
     *
     * @param directory of the standby; must not exist yet
     */
    public RestartableServer standby(Path directory) throws IOException, InterruptedException {
        stop();
        new ProcessBuilder("cp", "-a", this.directory.toString(), directory.toString())
                .inheritIO()
                .start()
                .waitFor();
        startAgain();
        Files.createFile(directory.resolve("standby.signal"));
        Files.writeString(
                directory.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=localhost port=" + port + " user=postgres'\n");
        return new RestartableServer(directory, settings);
    }

    /** Ends every session and the server at once, without a checkpoint; then starts it: it has to recover. */
    public void crashAndRestart() throws IOException, InterruptedException {
        stop();
        startAgain();
    }

    /** Ends every session and the server at once, without a checkpoint. */
    public void stop() throws IOException, InterruptedException {
        processes.signalPostmaster("-QUIT");
        Awaitility.await().until(() -> !Files.exists(directory.resolve("postmaster.pid")));
        server.close();
    }

    /** After a {@link #stop}: it has to recover. */
    public void startAgain() throws IOException {
        server = start(port);
    }

    /** From now on it hangs: connections stay, and nothing is answered. */
    public void hang() throws IOException, InterruptedException {
        processes.signal("-STOP");
    }

    /** Goes on after a {@link #hang}, with all that has arrived meanwhile. */
    public void goOn() throws IOException, InterruptedException {
        processes.signal("-CONT");
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

    @Override
    public void close() throws IOException {
        server.close();
    }
}
