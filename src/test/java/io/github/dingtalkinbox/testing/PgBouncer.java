package io.github.dingtalkinbox.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/** The PgBouncer of this machine, between a test and its database. It lets in the user of the database, and those of {@link Roles}. */
public final class PgBouncer implements AutoCloseable {
    /** It refuses to run as root. */
    private static final String NOBODY = "nobody";

    private final TestDatabase target;
    private final URI address;
    private final int port;
    private final Path folder;
    private final Process process;

    private PgBouncer(TestDatabase target, String mode, int sessions) throws IOException {
        this.target = target;
        this.address = URI.create(target.jdbcUrl().substring("jdbc:".length()));
        this.port = freePort();
        this.folder = Files.createTempDirectory("pgbouncer");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path users = folder.resolve("users");
        List<String> lines = new ArrayList<>(List.of(user(target.user(), target.password())));
        Roles.LOGINS.forEach(role -> lines.add(user(role, Roles.PASSWORD)));
        Files.write(users, lines);
        Path configuration = folder.resolve("pgbouncer.ini");
        Files.writeString(
                configuration, """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = localhost
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = %s
                default_pool_size = %d
                max_client_conn = 300
                """.formatted(address.getHost(), address.getPort(), port, users, mode, sessions));
        List<String> command = new ArrayList<>(List.of("pgbouncer", "-q"));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", NOBODY));
        }
        command.add(configuration.toString());
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await().until(this::listens);
    }

    /**
     * Starts it.
     *
     * @param mode as in pool_mode
     * @param sessions of the server that it has for a user and a database, at most
     */
    public static PgBouncer start(TestDatabase target, String mode, int sessions) throws IOException {
        return new PgBouncer(target, mode, sessions);
    }

    /** The URL of the database through PgBouncer. */
    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + port + address.getPath();
    }

    /** The database as seen through PgBouncer. */
    public TestDatabase database() {
        return TestDatabase.open(jdbcUrl(), target.user(), target.password());
    }

    private static String user(String name, String password) {
        return "\"" + name + "\" \"" + password + "\"";
    }

    private boolean listens() {
        try (var socket = new Socket("localhost", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        FileSystemUtils.deleteRecursively(folder);
    }
}
