package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.gateway.LocalStreamService;
import io.github.dingtalkinbox.service.simulator.LocalReceiver;
import io.github.dingtalkinbox.service.simulator.Misbehaviour;
import io.github.dingtalkinbox.testing.ServiceProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code simulate --stream}. */
class SimulateStreamTest {
    private final int port = ServiceProcess.freePort();
    private final URI gateway = URI.create("http://localhost:" + port);

    @TempDir
    private Path directory;

    @Test
    void theServiceIsToldHowToConnectAndEveryEventIsAcknowledged() throws Exception {
        Path journal = directory.resolve("journal.tsv");
        try (var service = LocalStreamService.right(gateway, 2)) {
            Ran ran = simulate("--events=40", "--twins=1", "--seed=7", "--journal=" + journal);
            assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
            assertThat(ran.out())
                    .contains("Playing DingTalk's Stream gateway (seed 7)")
                    .contains("  export INBOX_APPS_DEFAULT_STREAM_ENABLED=true\n")
                    .contains("  export INBOX_APPS_DEFAULT_CLIENTID=" + LocalStreamService.ID + "\n")
                    .contains("  export INBOX_APPS_DEFAULT_CLIENTSECRET=" + LocalStreamService.SECRET + "\n")
                    .contains("  export INBOX_STREAM_BASEURL=http://localhost:" + port + "\n")
                    .containsOnlyOnce("The service has connected.\n")
                    .doesNotContain("refused", "misbehaved")
                    .containsPattern("deliveries +80  40 of them twins\\n")
                    .containsPattern("answered success +80  acknowledged SUCCESS\\n")
                    .containsPattern("without success +0\\n")
                    .containsPattern("latency p99 +\\d+\\.\\d  ms")
                    .containsPattern("The service has opened [12] connections, and answered 0 of 0 pings");
            assertThat(service.events()).hasSize(80);
            assertThat(Files.readAllLines(journal)).hasSize(81);
        }
    }

    @Test
    void aShareComesOverHttpAsWell() throws Exception {
        try (var service = LocalStreamService.right(gateway, 1);
                var receiver = LocalReceiver.right()) {
            Ran ran = simulate(
                    "--events=40",
                    "--twins=0",
                    "--http-share=1",
                    "--url=" + receiver.url(),
                    "--token=" + LocalReceiver.CREDENTIALS.token(),
                    "--aes-key=" + LocalReceiver.CREDENTIALS.aesKey(),
                    "--owner-key=" + LocalReceiver.CREDENTIALS.ownerKey());
            assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
            assertThat(ran.out())
                    .containsPattern("deliveries +80  0 of them twins, 40 over HTTP as well\\n")
                    .containsPattern(
                            "answered success +80  acknowledged SUCCESS; over HTTP, verified and decrypted\\n");
            assertThat(receiver.received()).hasSize(40);
            assertThat(service.events()).hasSize(40);
        }
    }

    @Test
    void whatIsAnsweredLaterEndsWithOneAndTheReasons() throws Exception {
        try (var service = new LocalStreamService(gateway, 1, frame -> LocalStreamService.answer(frame, "LATER"))) {
            Ran ran = simulate("--events=2", "--twins=0", "--retry-after=1");
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.out())
                    .containsPattern("deliveries +4  0 of them twins, 2 retries\\n")
                    .containsPattern(" +4  Answered LATER")
                    .containsPattern("given up +2 ");
            assertThat(service.events()).hasSize(4);
        }
    }

    @Test
    void whatTheServiceDoesWrongEndsWithOne() throws Exception {
        try (var service = new LocalStreamService(gateway, 1, frame -> "hello")) {
            Ran ran = simulate("--events=1", "--twins=0", "--timeout=5000", "--retry-after=none");
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.out())
                    .contains("The service has done 1 things wrong", "connection 1: what came is not a JSON object");
            assertThat(service.events()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--client-secret=other | its Client ID is right, but its Client Secret is wrong.",
                "--client-id=other     | its Client ID is not other but dingtestappkey01."
            })
    void aClientWithOtherKeysIsSaidSoOnceAMinute(String otherKey, String says) throws Exception {
        var out = new StringWriter();
        var terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(new StringWriter(), true), false);
        List<String> args = arguments("--events=1", "--journal=" + directory.resolve("journal.tsv"));
        args.removeIf(arg -> arg.startsWith(otherKey.replaceAll("=.*", "=")));
        args.add(otherKey);
        var simulation = new Thread(() ->
                Cli.run(args.toArray(String[]::new), terminal, Map.of(), Clock.systemUTC(), Application::service));
        simulation.start();
        try (var service = LocalStreamService.right(gateway, 2)) {
            await().until(() -> out.toString().contains("refused"));
            int before = service.failures();
            await().until(() -> service.failures() > before + 5);
            assertThat(out.toString())
                    .containsOnlyOnce("A client was refused: " + says)
                    .containsOnlyOnce("A client was refused")
                    .contains("start it again with the settings above", "only after 5 minutes")
                    .doesNotContain("has connected");
        } finally {
            simulation.interrupt();
            simulation.join();
        }
    }

    @Test
    void theServiceIsToldThatTheGatewayGoesAway() throws Exception {
        try (var service = LocalStreamService.right(gateway, 1)) {
            assertThat(simulate("--events=1", "--twins=0").code()).isZero();
            await().until(() -> service.ends().contains("1001"));
            assertThat(service.ends()).containsOnly("1001");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream.md", "stream.zh-CN.md"})
    void thePagesHaveTheSettingsThatArePrinted(String page) throws Exception {
        List<String> settings = StreamRun.exports(new StreamOptions().settings(), 8090);
        assertThat(Files.readString(Path.of("src/docs", page)))
                .contains("```sh\n" + String.join("\n", settings) + "\nmvn spring-boot:run\n```");
    }

    @Test
    void aPortThatIsTakenIsSaidSo() throws Exception {
        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = simulate("--events=1");
            assertThat(taken.isBound()).isTrue();
            assertThat(ran.code()).isEqualTo(2);
            assertThat(ran.err()).contains("The port " + port + " cannot be listened to", "--port");
        }
    }

    @Test
    void helpListsWhatCanGoWrong() {
        String help = Ran.of(Map.of(), Clock.systemUTC(), "simulate", "--help").out();
        assertThat(help)
                .contains("--stream", "--port", "--client-id", "--client-secret", "--http-share", "8090")
                .contains("--misbehave=<name>[,<name>...]", "10 minutes at most")
                .contains("With --stream, only together with --http-share.")
                .contains("Default: 0, as fast as they are answered");
        for (Misbehaviour how : Misbehaviour.values()) {
            assertThat(help).contains(how.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=8090                        | Only with --stream: --port.",
                "--http-share=0.1 --misbehave=drop  | Only with --stream: --http-share, --misbehave.",
                "--stream --port=70000              | The port must be 0 to 65535, but is 70000.",
                "--stream --http-share=2            | The share over HTTP must be 0 to 1, but is 2.0.",
                "--stream --http-share=0.1          | There are no credentials",
                "--stream --http-share=0.1          | A service for Stream only has no such file: make a token and a key",
                "--stream --http-share=0,5          | must be a number such as 0.5, with a point, but is 0,5",
                "--stream --port=abc                | must be a whole number such as 10, but is abc",
                "--stream --client-id=              | The value of --client-id is empty. Give one, or leave the option out",
                "--stream --client-secret=          | The value of --client-secret is empty.",
                "--stream --timeout=0               | The timeout must be at least 1 ms, but is 0 ms.",
                "--stream --url=http://localhost/   | Over Stream alone there is no callback URL",
                "--stream --token=abcdef            | Over Stream alone there is no callback URL",
                "--stream --misbehave=badly         | must be of [disconnect, old-connection,",
                "--stream --events=0                | The number of events must be at least 1, but is 0."
            })
    void wrongOptionIsExplained(String options, String says) {
        List<String> args = new ArrayList<>(List.of("simulate", "--data-dir=" + directory));
        args.addAll(List.of(options.split(" ")));
        Ran ran = Ran.of(Map.of("INBOX_APPS_DEFAULT_TOKEN", ""), Clock.systemUTC(), args.toArray(String[]::new));
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(says, "Try: dingtalk-inbox simulate --help");
        assertThat(ran.out()).isEmpty();
    }

    private Ran simulate(String... options) {
        return Ran.of(Map.of(), Clock.systemUTC(), arguments(options).toArray(String[]::new));
    }

    private List<String> arguments(String... options) {
        List<String> args = new ArrayList<>(List.of(
                "simulate",
                "--stream",
                "--port=" + port,
                "--client-id=" + LocalStreamService.ID,
                "--client-secret=" + LocalStreamService.SECRET));
        if (List.of(options).stream().noneMatch(o -> o.startsWith("--timeout"))) {
            args.add("--timeout=30000");
        }
        args.addAll(List.of(options));
        return args;
    }
}
