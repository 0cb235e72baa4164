package io.github.dingtalkinbox.service.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.testing.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes after the first start. */
class EmbeddedServerRestartPostgresTest {
    @TempDir
    private static Path temporary;

    @Test
    void dataAndPortSurviveARestart() throws IOException {
        Path path = withAPortOfItsOwn("restarted");
        int port = run(path, server -> Login.as("inbox_migrator", server).execute("create table kept ()"));

        int later = run(path, server -> assertThat(Login.application(server).query("select count(*) from kept"))
                .containsExactly("0"));

        assertThat(later).isEqualTo(port);
    }

    @Test
    void movesToAnotherPortIfItsOwnIsTaken() throws IOException {
        Path path = withAPortOfItsOwn("moving");
        int port = run(path, server -> {});
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            int other = run(path, server -> assertThat(Login.application(server).query("select 1"))
                    .containsExactly("1"));

            assertThat(other).isNotEqualTo(taken.getLocalPort());
            assertThat(path.resolve("pgpass")).content().contains(":" + other + ":inbox:inbox_app:");
        }
    }

    @Test
    void serverLeftBehindByAKilledServiceIsEndedAndWhatItCommittedIsKept() throws Exception {
        Path path = new SharedBinaries(temporary).dataDirectory("killed");
        Process service = EmbeddedServerProcess.start(path);
        ProcessHandle leftBehind = postmaster(path);

        assertThatThrownBy(() -> DataDirectory.open(path))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("Another service (process " + service.pid() + ") is running")
                .hasMessageContaining(path.toString());
        service.destroyForcibly().waitFor();
        assertThat(runs(leftBehind)).isTrue();

        run(path, server -> {
            assertThat(runs(leftBehind)).isFalse();
            assertThat(Login.application(server).query("select name from effects"))
                    .containsExactly("committed");
        });
    }

    @Test
    void serverThatWasKilledRecovers() throws Exception {
        Path path = new SharedBinaries(temporary).dataDirectory("crashed");
        run(path, server -> {
            Login.as("inbox_migrator", server).execute("create table kept ()");
            ProcessHandle postmaster = postmaster(path);
            List<ProcessHandle> others = postmaster.descendants().toList();
            postmaster.destroyForcibly();
            // Its other processes notice it soon. Before they have ended, PostgreSQL refuses to start on the data.
            await().until(() ->
                    !runs(postmaster) && others.stream().noneMatch(EmbeddedServerRestartPostgresTest::runs));
        });
        assertThat(path.resolve("postgres/postmaster.pid")).exists();

        run(path, server -> assertThat(Login.application(server).query("select count(*) from kept"))
                .containsExactly("0"));
    }

    @Test
    void processThatHasTheProcessIdOfAnEarlierServerIsNotTakenForOne() throws IOException {
        Path path = new SharedBinaries(temporary).dataDirectory("stale");
        run(path, server -> {});
        Files.writeString(
                path.resolve("postgres/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + path + "/postgres\n1700000000\n15432\n\n127.0.0.1\n");

        run(path, server -> assertThat(Login.application(server).query("select 1"))
                .containsExactly("1"));
    }

    @Test
    void dataOfAnotherMajorVersionAreRefused() throws IOException {
        Path path = new SharedBinaries(temporary).dataDirectory("old");
        Files.createDirectories(path.resolve("postgres"));
        Files.writeString(path.resolve("postgres/PG_VERSION"), "17\n");

        assertThatThrownBy(() -> run(path, server -> {}))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("was made by PostgreSQL 17, but this service comes with PostgreSQL 18");
    }

    @Test
    void dataWithoutTheirPasswordsAreRefused() throws IOException {
        Path path = new SharedBinaries(temporary).dataDirectory("locked-out");
        Files.createDirectories(path.resolve("postgres"));
        Files.writeString(path.resolve("postgres/PG_VERSION"), "18\n");

        assertThatThrownBy(() -> run(path, server -> {}))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining(path.resolve("pgpass") + " is missing");
    }

    @Test
    void initialisationThatWasKilledIsBegunAnew() throws IOException {
        Path path = new SharedBinaries(temporary).dataDirectory("half-made");
        Files.createDirectories(path.resolve("postgres-incomplete/base"));
        Files.writeString(path.resolve("postgres-incomplete/PG_VERSION"), "18\n");

        run(path, server -> assertThat(Login.application(server).query("select 1"))
                .containsExactly("1"));
    }

    /** Not the one that every embedded server wants: another test's would take it while this one is stopped. */
    private static Path withAPortOfItsOwn(String name) throws IOException {
        Path path = new SharedBinaries(temporary).dataDirectory(name);
        try (DataDirectory directory = DataDirectory.open(path)) {
            Logins.generate(ServiceProcess.freePort()).write(directory);
        }
        return path;
    }

    /** @return the port of the server */
    private static int run(Path path, Consumer<EmbeddedServer> use) throws IOException {
        try (DataDirectory directory = DataDirectory.open(path);
                EmbeddedServer server = EmbeddedServer.start(directory)) {
            use.accept(server);
            return server.port();
        }
    }

    private static ProcessHandle postmaster(Path path) {
        try {
            String pid =
                    Files.readAllLines(path.resolve("postgres/postmaster.pid")).get(0);
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A zombie that nobody waits for does not. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
