package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.service.gateway.LocalStreamService;
import io.github.dingtalkinbox.service.simulator.LocalReceiver;
import io.github.dingtalkinbox.service.simulator.Misbehaviour;
import io.github.dingtalkinbox.testing.ServiceProcess;
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
                    .contains("inbox.apps.default.stream.enabled=true")
                    .contains("inbox.apps.default.client-id=" + LocalStreamService.ID)
                    .contains("inbox.apps.default.client-secret=" + LocalStreamService.SECRET)
                    .contains("inbox.stream.base-url=http://localhost:" + port)
                    .containsPattern("deliveries +80  40 of them twins\\n")
                    .containsPattern("answered success +80  acknowledged SUCCESS")
                    .containsPattern("refused +0\\n")
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
            assertThat(ran.out()).containsPattern("deliveries +80  0 of them twins, 40 over HTTP as well\\n");
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
                    .contains("It has done 1 things wrong", "connection 1: what came is not a JSON object");
            assertThat(service.events()).hasSize(1);
        }
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
        assertThat(help).contains("--stream", "--port", "--client-id", "--client-secret", "--http-share", "8090");
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
                "--stream --url=http://localhost/   | Over Stream alone there is no callback URL",
                "--stream --token=abcdef            | Over Stream alone there is no callback URL",
                "--stream --misbehave=badly         | must be of [disconnect, close,",
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
        return Ran.of(Map.of(), Clock.systemUTC(), args.toArray(String[]::new));
    }
}
