package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.host.HostApplication;
import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's jar in an application of somebody else's, compiled and run with what the library brings and no more. */
@Postgres
class LibraryHostIT {
    private static final Path SOURCES = Path.of("src/test/java/com/example/host");
    private static final Path LOG = Path.of("target/library-host.log");
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Duration LONGEST = Duration.ofMinutes(2);
    /** 128 + 15: ended by SIGTERM, after its shutdown hooks. */
    private static final int TERMINATED = 143;

    private final TestDatabase database;
    private final Path directory;

    LibraryHostIT(TestDatabase database, @TempDir Path directory) {
        this.database = database;
        this.directory = directory;
    }

    @Test
    void aHostStartsOnTheCompileScopeProcessesTwinsOnceAndStops() throws Exception {
        database.jdbc().sql("""
                create schema host;
                create table host.bookings (purpose text not null);
                create table host.accounts (balance int not null);
                insert into host.accounts values (10);
                """).update();
        Path classes = compile(directory.resolve("classes"));
        Process host = start(command(classes));
        try {
            assertThat(twins(port(host), """
                    {"EventType":"host_payment","corpId":"dinghost","eventId":"twins","purpose":"rent"}""")).containsExactly("success", "success");
            assertThat(all("select purpose from host.bookings")).containsExactly("rent");
            assertThat(all("select balance::text from host.accounts")).containsExactly("9");

            host.destroy(); // SIGTERM
            assertThat(host.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(host.exitValue()).isEqualTo(TERMINATED);
            assertThat(Files.readString(LOG))
                    .doesNotContain(" ERROR ", "NoClassDefFoundError", "ClassNotFoundException");
        } finally {
            host.destroyForcibly();
        }
    }

    private static Path compile(Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-parameters", "-d", classes.toString(), "-cp", joined(HostClassPath.jars())));
        try (Stream<Path> sources = Files.list(SOURCES)) {
            sources.map(Path::toString).forEach(arguments::add);
        }
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).as("see what the compiler says").isZero();
        return classes;
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile());
        // No property from outside.
        builder.environment().clear();
        return builder.start();
    }

    private static String port(Process host) throws IOException {
        await().atMost(LONGEST)
                .failFast("The host has ended, see " + LOG, () -> !host.isAlive())
                .until(() -> PORT.matcher(Files.readString(LOG)).find());
        return PORT.matcher(Files.readString(LOG))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    private static List<String> twins(String port, String json) throws Exception {
        CallbackClient client =
                new CallbackClient(URI.create("http://localhost:" + port + "/dingtalk/callback"), Service.CREDENTIALS);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Callable<String> delivery = () -> client.deliver(json).decrypted();
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : threads.invokeAll(List.of(delivery, delivery))) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private List<String> all(String query) {
        return database.jdbc().sql(query).query(String.class).list();
    }

    private List<String> command(Path classes) {
        List<Path> classPath = new ArrayList<>(HostClassPath.jars());
        classPath.add(classes);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                joined(classPath),
                HostApplication.class.getName(),
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl() + "?currentSchema=host",
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                // That the effect is seen before the answer must not depend on how busy the machine is.
                "--inbox.deadline=20s",
                "--inbox.drain=0s",
                "--inbox.apps.default.token=" + Service.CREDENTIALS.token(),
                "--inbox.apps.default.aes-key=" + Service.CREDENTIALS.aesKey(),
                "--inbox.apps.default.owner-key=" + Service.CREDENTIALS.ownerKey());
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
