package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.service.embedded.NewKeys;
import io.github.dingtalkinbox.service.simulator.LocalReceiver;
import io.github.dingtalkinbox.service.simulator.LocalReceiver.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    private static final Credentials RIGHT = LocalReceiver.CREDENTIALS;
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "INBOX_APPS_DEFAULT_TOKEN", RIGHT.token(),
            "INBOX_APPS_DEFAULT_AESKEY", RIGHT.aesKey(),
            "INBOX_APPS_DEFAULT_OWNERKEY", RIGHT.ownerKey());

    @TempDir
    private Path empty;

    @ParameterizedTest
    @ValueSource(strings = {"keys", "simulate", "help", "--help", "-h", "--version", "-V", "simulte", "start"})
    void wordsAreForTheCommandLine(String word) {
        assertThat(Cli.isMeantBy(new String[] {word})).isTrue();
        assertThat(Cli.isMeantBy(new String[] {"--server.port=0", word})).isTrue();
    }

    @Test
    void optionsOfSpringAreForTheService() {
        assertThat(Cli.isMeantBy(new String[0])).isFalse();
        assertThat(Cli.isMeantBy(new String[] {"--server.port=8081", "--debug"}))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpListsTheCommands(String word) {
        Ran ran = run(Map.of(), word);
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("keys", "simulate", "--server.port=8080");
    }

    @Test
    void helpOfACommandListsItsOptions() {
        for (Ran ran : List.of(run(Map.of(), "simulate", "--help"), run(Map.of(), "help", "simulate"))) {
            assertThat(ran.code()).isZero();
            assertThat(ran.out())
                    .contains("--url", "--events", "--twins", "--out-of-order", "--rate", "--concurrency", "--seed")
                    .contains("--retry-after", "Default: 10000,30000", "--journal")
                    .contains("--token", "--aes-key", "--owner-key", "--data-dir", "INBOX_APPS_DEFAULT_AESKEY")
                    .contains("http://localhost:8080/dingtalk/callback", "Default: 1000", "Exit codes:");
        }
    }

    @Test
    void versionIsPrinted() {
        assertThat(run(Map.of(), "--version").out()).startsWith("dingtalk-inbox ");
    }

    @Test
    void unknownWordIsAnsweredWithTheCommands() {
        Ran ran = run(Map.of(), "simulte", "--events", "3");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("There is no command \"simulte\"", "keys", "simulate");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void optionBeforeTheCommandIsNamed() {
        Ran ran = run(Map.of(), "--server.port=1", "simulate");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("Unknown option: '--server.port=1'");
    }

    @Test
    void keysAreAcceptedByTheServiceAndBelongTogether() {
        Ran ran = run(Map.of(), "keys");
        assertThat(ran.code()).isZero();
        String token = found("INBOX_APPS_DEFAULT_TOKEN=(\\S+)", ran.out());
        String aesKey = found("INBOX_APPS_DEFAULT_AESKEY=(\\S+)", ran.out());
        assertThat(new Credentials(token, aesKey, "dingsomebody")).isNotNull();
        assertThat(found("token +(\\S+)", ran.out())).isEqualTo(token);
        assertThat(found("aes_key +(\\S+)", ran.out())).isEqualTo(aesKey);
        assertThat(ran.out()).contains("INBOX_APPS_DEFAULT_OWNERKEY=<Client ID (appKey) of the app>");
        String sealKey = found("INBOX_SEAL_KEY=(\\S+)", ran.out());
        assertThat(Base64.getDecoder().decode(sealKey)).hasSize(32);
        assertThat(run(Map.of(), "keys").out()).doesNotContain(token, aesKey, sealKey);
    }

    @Test
    void simulationThatIsAnsweredWellEndsWithZeroAndATable() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            Ran ran = simulate(receiver, ENVIRONMENT, "--events=40", "--twins=1", "--seed=7", "--timeout=30000");
            assertThat(ran.code()).as(ran.err()).isZero();
            assertThat(ran.out())
                    .contains("Playing DingTalk against " + receiver.url() + " (seed 7)")
                    .containsPattern("events +40 ")
                    .containsPattern("deliveries +80  40 of them twins")
                    .containsPattern("answered success +80")
                    .containsPattern("without success +0\\n")
                    .containsPattern("latency p50 +\\d+\\.\\d  ms")
                    .containsPattern("latency p95 +\\d+\\.\\d  ms")
                    .containsPattern("latency p99 +\\d+\\.\\d  ms")
                    .containsPattern("latency max +\\d+\\.\\d  ms")
                    .containsPattern("elapsed +\\d+\\.\\d  s")
                    .containsPattern("rate +\\d+\\.\\d  deliveries/s")
                    .doesNotContain(RIGHT.token(), RIGHT.aesKey());
        }
    }

    @Test
    void simulationThatIsAnsweredWronglyEndsWithOneAndTheReasons() throws Exception {
        try (var receiver =
                new LocalReceiver(d -> new Answer(503, "application/problem+json", "{\"title\":\"Away\"}"))) {
            Ran ran = simulate(receiver, ENVIRONMENT, "--events=10", "--twins=0", "--retry-after=1,2");
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.out())
                    .containsPattern("deliveries +30  0 of them twins, 20 retries\\n")
                    .containsPattern("answered success +0")
                    .containsPattern("without success +30")
                    .containsPattern(" +30  HTTP 503 Away")
                    .containsPattern("given up +10 ")
                    .containsPattern("latency p50 +\\d+\\.\\d  ms")
                    .contains(
                            "The first deliveries without success:", "HTTP 503 Away; the body is {\"title\":\"Away\"}");
        }
    }

    @Test
    void whatWasNeverAnsweredHasNoLatency() throws Exception {
        // A port that is free just now may be that of another test a moment later.
        Ran ran = run(ENVIRONMENT, "simulate", "--url=http://localhost:1", "--events=2", "--retry-after=none");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .containsPattern("latency p50 +-  nothing was answered\\n")
                .containsPattern("latency max +-  nothing was answered\\n");
    }

    @Test
    void journalHasALineForEachDeliveryOfEveryRun() throws Exception {
        Path journal = empty.resolve("journal.tsv");
        try (var one = LocalReceiver.right();
                var other = LocalReceiver.right()) {
            for (int run = 0; run < 2; run++) {
                Ran ran = simulate(one, ENVIRONMENT, "--twins=1", "--journal=" + journal, "--url=" + other.url());
                assertThat(ran.code()).as(ran.err()).isZero();
            }
            List<String> lines = Files.readAllLines(journal);
            assertThat(lines).hasSize(1 + 2 * 3 * 2);
            assertThat(lines.get(0)).startsWith("answered_at\tanswer\tevent_id\tdelivery\t");
            assertThat(lines.subList(1, lines.size())).allSatisfy(line -> assertThat(line)
                    .matches("2\\S+Z\tsuccess\t[0-9a-f]{32}\t[12]\tbpms_\\S+\t.*/dingtalk/callback"));
        }
    }

    @Test
    void optionsComeBeforeTheEnvironmentAndItBeforeTheFile() throws Exception {
        var wrong = new Credentials("wrongToken", NewKeys.aesKey(), "dingwrong");
        try (var receiver = LocalReceiver.right()) {
            assertThat(simulate(receiver, environment(wrong), options(RIGHT)).code())
                    .isZero();
            assertThat(simulate(receiver, ENVIRONMENT, options(wrong)).code()).isEqualTo(1);
            String directory = "--data-dir=" + dataDirectory(wrong);
            assertThat(simulate(receiver, ENVIRONMENT, directory).code()).isZero();
            directory = "--data-dir=" + dataDirectory(RIGHT);
            assertThat(simulate(receiver, environment(wrong), directory).code()).isEqualTo(1);
            assertThat(simulate(receiver, Map.of(), directory).code()).isZero();
        }
    }

    @Test
    void noCredentialsAtAllIsExplained() {
        Ran ran = run(Map.of(), "simulate", "--data-dir=" + empty);
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("There are no credentials: give --token, --aes-key and --owner-key, or set"
                        + " INBOX_APPS_DEFAULT_TOKEN")
                .contains(empty.resolve("dingtalk-credentials.properties").toString())
                .contains("Try: dingtalk-inbox simulate --help");
    }

    @Test
    void incompleteCredentialsNameWhatIsMissing() throws Exception {
        Ran ran = run(ENVIRONMENT, "simulate", "--token=abcdef");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("The credentials in the options are incomplete: --aes-key and --owner-key are missing.");

        ran = run(Map.of("INBOX_APPS_DEFAULT_TOKEN", "abcdef", "INBOX_APPS_DEFAULT_AESKEY", ""), "simulate");
        assertThat(ran.err())
                .contains("in the environment are incomplete: INBOX_APPS_DEFAULT_AESKEY and"
                        + " INBOX_APPS_DEFAULT_OWNERKEY are missing.");

        Files.writeString(empty.resolve("dingtalk-credentials.properties"), "# nothing\n");
        ran = run(Map.of(), "simulate", "--data-dir=" + empty);
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("has none of token, aes-key, owner-key.");
    }

    @Test
    void wrongCredentialIsExplainedButNotPrinted() {
        Ran ran = run(Map.of(), "simulate", "--token=abcdef", "--aes-key=tooShortSecret", "--owner-key=ding1");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("The EncodingAESKey must be exactly 43 characters [A-Za-z0-9], but has 14")
                .doesNotContain("tooShortSecret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--events=0        | The number of events must be at least 1, but is 0.",
                "--events=many     | Invalid value for option '--events'",
                "--twins=2         | The probability of twins must be 0 to 1, but is 2.0.",
                "--concurrency=0   | The concurrency must be 1 to 1000, but is 0.",
                "--timeout=0       | The timeout must be at least 1 ms, but is 0 ms.",
                "--timeout=2s      | must be a whole number such as 10, but is 2s",
                "--rate=many       | must be a number such as 0.5, with a point, but is many",
                "--retry-after=1s  | must be milliseconds, separated by commas, or none, but is 1s",
                "--journal=/       | The journal / cannot be written",
                "--journal=/no/x   | The journal /no/x cannot be written: its folder does not exist. Create it,",
                "--url=example.org | The URL must begin with http:// or https:// and a host, but is example.org.",
                "--url=ftp://a/    | The URL must begin with http:// or https:// and a host, but is ftp://a/.",
                "--unknown         | Unknown option: '--unknown'",
                "word              | Unmatched argument at index 1: 'word'"
            })
    void wrongOptionIsExplained(String option, String says) {
        Ran ran = run(ENVIRONMENT, "simulate", option);
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(says, "Try: dingtalk-inbox simulate --help");
        assertThat(ran.out()).isEmpty();
    }

    private Ran simulate(LocalReceiver receiver, Map<String, String> environment, String... options) {
        List<String> args = new ArrayList<>(
                List.of("simulate", "--url=" + receiver.url(), "--events=3", "--timeout=30000", "--retry-after=none"));
        List.of(options).forEach(option -> {
            args.removeIf(a -> a.startsWith(option.replaceAll("=.*", "=")));
            args.add(option);
        });
        return run(environment, args.toArray(String[]::new));
    }

    private static Ran run(Map<String, String> environment, String... args) {
        return Ran.of(environment, Clock.systemUTC(), args);
    }

    private static String[] options(Credentials credentials) {
        return new String[] {
            "--token=" + credentials.token(),
            "--aes-key=" + credentials.aesKey(),
            "--owner-key=" + credentials.ownerKey()
        };
    }

    private static Map<String, String> environment(Credentials credentials) {
        return Map.of(
                "INBOX_APPS_DEFAULT_TOKEN", credentials.token(),
                "INBOX_APPS_DEFAULT_AESKEY", credentials.aesKey(),
                "INBOX_APPS_DEFAULT_OWNERKEY", credentials.ownerKey());
    }

    private Path dataDirectory(Credentials credentials) throws Exception {
        Path directory = Files.createTempDirectory(empty, "data");
        Files.writeString(directory.resolve("dingtalk-credentials.properties"), """
                token=%s
                aes-key=%s
                owner-key=%s
                """.formatted(
                        credentials.token(), credentials.aesKey(), credentials.ownerKey()));
        return directory;
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
