package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A PostgreSQL server of one's own, that can be stopped in the middle of everything and started again. */
public final class RestartableServer implements AutoCloseable {
    private final Path directory;
    private final int port;
    private EmbeddedPostgres server;

    private RestartableServer(Path directory) throws IOException {
        this.directory = directory;
        this.server = start(0);
        this.port = server.getPort();
    }

    /** Starts a server with durable settings in an empty directory. */
    public static RestartableServer start(Path directory) throws IOException {
        return new RestartableServer(directory);
    }

    private EmbeddedPostgres start(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    /** Its database, migrated. */
    public TestDatabase database() {
        TestDatabase database =
                TestDatabase.open("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres");
        new Schema(database.dataSource()).migrate();
        return database;
    }

    /** Ends every session and the server at once, without a checkpoint; then starts it: it has to recover. */
    public void crashAndRestart() throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(directory.resolve("postmaster.pid")).get(0).strip());
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> !Files.exists(directory.resolve("postmaster.pid")));
        server.close();
        server = start(port);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
