package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** The files of the embedded server, and the server itself. */
final class Cluster {
    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    static final String DIRECTORY = "postgres";
    private static final String INCOMPLETE = "postgres-incomplete";
    private static final String LOG_FILE = "postgres.log";
    private static final String OLD_LOG_FILE = "postgres.log.1";
    private static final long LOG_FILE_BYTES = 10L << 20;
    private static final int LOG_TAIL_LINES = 12;

    /** After a crash, the server reads its log again before it answers. */
    private static final String START_SECONDS = "300";

    private static final String STOP_SECONDS = "60";

    /** On the command line, which overrides postgresql.conf and ALTER SYSTEM. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=" + Logins.HOST,
            "unix_socket_directories=",
            "password_encryption=scram-sha-256",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on");

    private final DataDirectory directory;
    private final Programs programs;
    private final Path path;

    Cluster(DataDirectory directory, Programs programs) {
        this.directory = directory;
        this.programs = programs;
        this.path = directory.resolve(DIRECTORY);
    }

    Path path() {
        return path;
    }

    Path logFile() {
        return directory.resolve(LOG_FILE);
    }

    boolean exists() {
        return Files.exists(path);
    }

    /**
     * Creates the files of a new server, which requires passwords from its first moment.
     *
     * @throws ConfigurationProblem if PostgreSQL refuses
     */
    void create(Logins logins) throws IOException {
        Path incomplete = directory.resolve(INCOMPLETE);
        FileSystemUtils.deleteRecursively(incomplete);
        Path passwordFile = Files.createTempFile(directory.path(), "initdb", ".password");
        try {
            Files.writeString(passwordFile, logins.password(Logins.SUPERUSER));
            Programs.ProgramResult made = programs.run(
                    "initdb",
                    "--pgdata=" + incomplete,
                    "--username=" + Logins.SUPERUSER,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--set=timezone=UTC",
                    "--set=log_timezone=UTC");
            if (!made.succeeded()) {
                throw failure("PostgreSQL could not make a database in " + path + ":\n" + made.output());
            }
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(incomplete, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** @throws ConfigurationProblem if another major version of PostgreSQL created the files */
    void requireSameMajorVersion(String programsVersion) throws IOException {
        String found = Files.readString(path.resolve("PG_VERSION")).strip();
        String expected = programsVersion.split("\\.", -1)[0];
        if (!found.equals(expected)) {
            throw new ConfigurationProblem(
                    "The embedded database in " + path + " was made by PostgreSQL " + found
                            + ", but this service comes with PostgreSQL " + expected + ", which cannot read it.",
                    "To keep the data, start the version of the service that made it and export them with pg_dump; then"
                            + " move " + path
                            + " away, start this version, and load the data with psql. To start with an"
                            + " empty database, move " + path + " away and start again.");
        }
    }

    /** Stops a server whose service was killed, to end its sessions. */
    void endLeftBehind() throws IOException {
        PostmasterPid pid = new PostmasterPid(path);
        if (!pid.exists()) {
            return;
        }
        Optional<ProcessHandle> server = pid.runningServer();
        if (server.isPresent()) {
            log.warn(
                    "A service was killed and left its PostgreSQL behind (process {}): stopping it, then starting it"
                            + " again. What was committed is kept.",
                    server.get().pid());
            stop();
        } else {
            log.warn("PostgreSQL was killed the last time. It recovers everything that was committed.");
            pid.delete();
        }
    }

    /** Starts the server, and returns when it answers. */
    Programs.ProgramResult start(int port) throws IOException {
        Path log = logFile();
        if (Files.exists(log) && Files.size(log) > LOG_FILE_BYTES) {
            Files.move(log, directory.resolve(OLD_LOG_FILE), StandardCopyOption.REPLACE_EXISTING);
        }
        StringBuilder options = new StringBuilder("-p " + port);
        SETTINGS.forEach(setting -> options.append(" -c ").append(setting));
        // Not a child of this process: a Ctrl-C at the terminal must not reach it before the connection pool is closed.
        return programs.run(
                "pg_ctl",
                "start",
                "--wait",
                "--silent",
                "--timeout=" + START_SECONDS,
                "--pgdata=" + path,
                "--log=" + log,
                "--options=" + options);
    }

    /** Stops the server: open transactions are rolled back, everything is written. */
    void stop() throws IOException {
        PostmasterPid pid = new PostmasterPid(path);
        if (!pid.exists() || pid.runningServer().isEmpty()) {
            log.warn("The embedded PostgreSQL had already ended: see {}", logFile());
            return;
        }
        Programs.ProgramResult stopped = stop("fast");
        if (!stopped.succeeded()) {
            log.warn("PostgreSQL did not stop in {} s: ending it at once. ({})", STOP_SECONDS, stopped.output());
            stopped = stop("immediate");
        }
        if (!stopped.succeeded()) {
            throw failure("PostgreSQL in " + path + " could not be stopped: " + stopped.output());
        }
        log.info("The embedded PostgreSQL has stopped");
    }

    /** The end of the server's log. */
    String logTail() throws IOException {
        if (!Files.exists(logFile())) {
            return "";
        }
        try (Stream<String> lines = Files.lines(logFile())) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LOG_TAIL_LINES), all.size()));
        }
    }

    private Programs.ProgramResult stop(String mode) throws IOException {
        return programs.run(
                "pg_ctl",
                "stop",
                "--wait",
                "--silent",
                "--mode=" + mode,
                "--timeout=" + STOP_SECONDS,
                "--pgdata=" + path);
    }

    private ConfigurationProblem failure(String description) {
        return new ConfigurationProblem(
                description,
                "Fix what PostgreSQL reports (its log is " + logFile()
                        + "), or name another directory in inbox.data-dir,"
                        + " or a database in spring.datasource.url.");
    }

    /** Why {@link #start} failed. */
    ConfigurationProblem startFailure(Programs.ProgramResult result) throws IOException {
        return failure("The embedded PostgreSQL in " + path + " did not start: " + result.output() + "\n" + logTail());
    }
}
