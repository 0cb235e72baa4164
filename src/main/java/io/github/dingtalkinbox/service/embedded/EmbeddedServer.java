package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * A PostgreSQL server of the service's own: on the loopback interface only, with passwords, and durable. It stops when
 * this is closed. If this process is killed, the server runs until the next start stops it.
 */
final class EmbeddedServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final int START_ATTEMPTS = 3;

    private final Cluster cluster;
    private final Logins logins;

    private EmbeddedServer(Cluster cluster, Logins logins) {
        this.cluster = cluster;
        this.logins = logins;
    }

    /**
     * Starts the server on the data in the directory, or on new data.
     *
     * @throws ConfigurationProblem if that is not possible
     */
    static EmbeddedServer start(DataDirectory directory) {
        long begin = System.nanoTime();
        try {
            Binaries binaries = Binaries.unpack(directory);
            Programs programs = Programs.of(binaries);
            String version = version(programs);
            Cluster cluster = new Cluster(directory, programs);
            Logins logins = open(directory, cluster, version);
            binaries.deleteOthers();
            EmbeddedServer server = start(directory, cluster, logins);
            server.report(directory, version, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            return server;
        } catch (IOException e) {
            throw new ConfigurationProblem(
                    "The embedded PostgreSQL in " + directory.path() + " could not be started: " + e,
                    "Give the user " + System.getProperty("user.name") + " access to that directory and all that is in"
                            + " it, and enough space (100 MB to begin with), or name a database in"
                            + " spring.datasource.url.",
                    e);
        }
    }

    Logins logins() {
        return logins;
    }

    int port() {
        return logins.port();
    }

    @Override
    public void close() throws IOException {
        cluster.stop();
    }

    private static String version(Programs programs) throws IOException {
        Programs.ProgramResult said = programs.run("postgres", "--version");
        if (!said.succeeded()) {
            throw new ConfigurationProblem(
                    "The embedded PostgreSQL does not run on this machine: " + said.output(),
                    "Name a PostgreSQL database in spring.datasource.url.");
        }
        // "postgres (PostgreSQL) 18.6"
        return said.output().substring(said.output().lastIndexOf(' ') + 1);
    }

    private static Logins open(DataDirectory directory, Cluster cluster, String version) throws IOException {
        if (cluster.exists()) {
            cluster.requireSameMajorVersion(version);
            cluster.endLeftBehind();
            return Logins.read(directory);
        }
        // The passwords first, because files without them would be useless.
        Logins logins = Logins.exist(directory) ? Logins.read(directory) : Logins.generate(Ports.free());
        logins.write(directory);
        log.info("Creating an embedded PostgreSQL {} in {}", version, cluster.path());
        cluster.create(logins);
        return logins;
    }

    private static EmbeddedServer start(DataDirectory directory, Cluster cluster, Logins known) throws IOException {
        Logins logins = known;
        for (int attempt = 1; ; attempt++) {
            if (!Ports.isFree(logins.port())) {
                int other = Ports.free();
                log.info("Port {} is taken: the embedded PostgreSQL moves to port {}", logins.port(), other);
                logins = logins.withPort(other);
                logins.write(directory);
            }
            Programs.ProgramResult started = cluster.start(logins.port());
            if (started.succeeded()) {
                return prepared(new EmbeddedServer(cluster, logins));
            }
            // Another process may have taken the port in the meantime.
            if (attempt == START_ATTEMPTS || Ports.isFree(logins.port())) {
                throw cluster.startFailure(started);
            }
        }
    }

    private static EmbeddedServer prepared(EmbeddedServer server) throws IOException {
        try {
            new ApplicationDatabase(server.logins).create();
            return server;
        } catch (DataAccessException e) {
            server.close();
            throw new ConfigurationProblem(
                    "The roles and the database of the inbox could not be made in the embedded PostgreSQL: "
                            + e.getMessage(),
                    "If a password is wrong, restore the file " + Logins.FILE + " that was made with the database.",
                    e);
        }
    }

    private void report(DataDirectory directory, String version, long milliseconds) {
        log.info(
                """
                spring.datasource.url is not set: using an embedded PostgreSQL {}, started in {} ms.
                  Listens at:  {}:{}, on this machine only
                  Data:        {}
                  Log:         {}
                  Passwords:   {}""",
                version,
                milliseconds,
                Logins.HOST,
                logins.port(),
                cluster.path(),
                cluster.logFile(),
                directory.resolve(Logins.FILE));
    }
}
