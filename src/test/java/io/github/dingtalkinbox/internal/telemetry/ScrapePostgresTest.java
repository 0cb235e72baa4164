package io.github.dingtalkinbox.internal.telemetry;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Prometheus reads is what the documents, the dashboard and the alert rules name. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class ScrapePostgresTest {
    private static final Path DOCS = Path.of("src/docs");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private final Scrape scrape;
    private final Map<String, Documented> documented = documented();

    ScrapePostgresTest(TestDatabase database, @TempDir Path directory) throws Exception {
        try (Service service = Service.start(
                List.of(Failing.class, Streaming.class),
                database,
                Monitor.USER,
                "inbox.seal.key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "inbox.seal.head.file=" + directory.resolve("heads"))) {
            for (String type : List.of("fine", "fine", "retried", "dead")) {
                assertThat(service.client().deliver(event(type)).status()).isEqualTo(200);
            }
            service.bean(CleanupListener.class).removed("processed_events", 1);
            scrape = new Scrape(read(service));
        }
    }

    @Test
    void everyDocumentedMetricIsThereWithItsLabels() {
        assertThat(documented).hasSizeGreaterThan(10);
        documented.forEach((name, metric) -> {
            for (String sample : metric.samples()) {
                Set<String> labels = new TreeSet<>(scrape.labelsOf(name + sample));
                assertThat(labels.remove("le")).as(name).isEqualTo(sample.equals("_bucket"));
                assertThat(labels).as(name + sample).isEqualTo(metric.labels());
            }
        });
    }

    @Test
    void everyMetricOfOursIsDocumented() {
        Set<String> known = new TreeSet<>();
        documented.forEach((name, metric) -> metric.samples().forEach(sample -> known.add(name + sample)));

        assertThat(scrape.names())
                .filteredOn(name -> name.startsWith("dingtalk_inbox"))
                .isSubsetOf(known);
    }

    /** As few buckets as an objective may be put on, and none that is wider than what lies below it by an order. */
    @Test
    void theBucketsReachFromTwinsAtOnceToTheRetention() {
        List<Double> gaps = scrape.buckets("dingtalk_inbox_twin_gap_seconds", "type=\"fine\"").stream()
                .filter(le -> !le.equals("+Inf"))
                .map(Double::valueOf)
                .sorted()
                .toList();

        assertThat(gaps).startsWith(Duration.ofMillis(1).toNanos() / 1e9).endsWith((double)
                Duration.ofDays(30).toSeconds());
        for (int i = 1; i < gaps.size(); i++) {
            assertThat(gaps.get(i) / gaps.get(i - 1)).isBetween(1.9, 4.1);
        }
    }

    @Test
    void theTimesOfCallbacksHaveBuckets() {
        assertThat(scrape.buckets("http_server_requests_seconds", "uri=\"/dingtalk/callback/default\""))
                .contains("0.001", "1.0", "2.5");
    }

    @Test
    void theTimesOfAcknowledgementsHaveBucketsUpToWhatDingTalkWaitsFor() {
        assertThat(scrape.buckets("dingtalk_inbox_stream_acknowledgement_seconds", "answer=\"success\""))
                .contains("0.01", "1.0", "3.0");
    }

    @Test
    void whatTheDocumentsAskForIsThere() throws IOException {
        String text = Files.readString(DOCS.resolve("metrics.md"));
        List<String> queries = Pattern.compile("```promql\n(.*?)```", Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(r -> r.group(1))
                .toList();

        assertThat(queries).isNotEmpty().allSatisfy(q -> new Query(q).requireIn(scrape));
        Set<String> buckets = new TreeSet<>(scrape.buckets("dingtalk_inbox_twin_gap_seconds", ""));
        buckets.addAll(scrape.buckets("http_server_requests_seconds", ""));
        assertThat(Pattern.compile("le=\"([^\"]+)\"").matcher(text).results().map(r -> r.group(1)))
                .isNotEmpty()
                .isSubsetOf(buckets);
    }

    @Test
    void theDashboardAsksForWhatIsThereAndBelongsToNoInstallation() throws IOException {
        JsonNode dashboard = new JsonMapper().readTree(Files.readString(DOCS.resolve("grafana-dashboard.json")));
        List<String> queries = new ArrayList<>();
        dashboard.findValues("expr").forEach(e -> queries.add(e.asString()));

        assertThat(queries).hasSizeGreaterThan(20).allSatisfy(q -> new Query(q).requireIn(scrape));
        assertThat(scrape.labelsOf("dingtalk_inbox_deliveries_total")).contains("app");
        assertThat(dashboard.findValues("definition"))
                .extracting(JsonNode::asString)
                .containsExactly("label_values(dingtalk_inbox_deliveries_total, app)");
        assertThat(dashboard.has("id") || dashboard.has("uid")).isFalse();
        assertThat(dashboard.findValues("uid")).extracting(JsonNode::asString).containsOnly("${datasource}");
    }

    @Test
    void theAlertRulesAskForWhatIsThereAndSayWhatToRead() throws IOException {
        List<Map<String, Object>> rules = rules();

        assertThat(rules).extracting(r -> r.get("alert")).doesNotHaveDuplicates();
        assertThat(rules).hasSizeGreaterThan(6).allSatisfy(rule -> {
            new Query(text(rule, "expr")).requireIn(scrape);
            Map<String, Object> annotations = map(rule.getOrDefault("annotations", Map.of()));
            assertThat(text(annotations, "summary")).isNotBlank();
            assertThat(text(annotations, "description")).isNotBlank();
            assertPageExists(text(annotations, "page"));
        });
        assertThat(Files.readString(DOCS.resolve("metrics.md")))
                .contains(
                        rules.stream().map(r -> "| `" + r.get("alert") + "` |").toList());
    }

    @Test
    void aQueryForSomethingElseIsNoticed() {
        for (String wrong : List.of(
                "rate(dingtalk_inbox_typo_total[5m])",
                "dingtalk_inbox_queue_depth{stat=\"dead\"}",
                "sum by (kind) (dingtalk_inbox_queue_depth)")) {
            assertThatThrownBy(() -> new Query(wrong).requireIn(scrape)).isInstanceOf(AssertionError.class);
        }
        assertThatCode(() -> new Query("max by (state) (dingtalk_inbox_queue_depth offset 1d) or vector(0)")
                        .requireIn(scrape))
                .doesNotThrowAnyException();
    }

    private static String read(Service service) throws Exception {
        HttpResponse<String> response = new Monitor().get(service.url("/actuator/prometheus"));
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static void assertPageExists(String page) throws IOException {
        String[] fileAndHeading = page.split("#", 2);
        Path file = DOCS.resolve(fileAndHeading[0]);
        assertThat(file).isRegularFile();
        if (fileAndHeading.length == 2) {
            assertThat(HEADING.matcher(Files.readString(file)).results().map(r -> anchor(r.group(1))))
                    .contains(fileAndHeading[1]);
        }
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    /** The rows of the table: the name in Prometheus, its kind and its labels. */
    private static Map<String, Documented> documented() throws IOException {
        Map<String, Documented> found = new TreeMap<>();
        for (String line : Files.readAllLines(DOCS.resolve("metrics.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 6 && CODE.matcher(cells[2].strip()).matches()) {
                found.put(cells[2].strip().replace("`", ""), Documented.read(cells[3].strip()));
            }
        }
        return found;
    }

    private static List<Map<String, Object>> rules() throws IOException {
        Map<String, Object> file = new Yaml().load(Files.readString(DOCS.resolve("prometheus-alerts.yml")));
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Object group : (List<?>) file.getOrDefault("groups", List.of())) {
            for (Object rule : (List<?>) map(group).getOrDefault("rules", List.of())) {
                rules.add(map(rule));
            }
        }
        return rules;
    }

    private static Map<String, Object> map(Object value) {
        Map<String, Object> map = new TreeMap<>();
        ((Map<?, ?>) value).forEach((k, v) -> map.put(String.valueOf(k), v));
        return map;
    }

    private static String text(Map<String, Object> map, String key) {
        return String.valueOf(map.getOrDefault(key, ""));
    }

    private static String event(String type) {
        return """
                {"EventType":"%s","corpId":"dingmetrics","eventId":"%s"}""".formatted(type, type);
    }

    /** @param kind with the labels as they are in the table: {@code counter: `app`} */
    private record Documented(String kind, Set<String> labels) {
        static Documented read(String cell) {
            return new Documented(
                    cell.split(":", 2)[0],
                    CODE.matcher(cell)
                            .results()
                            .map(MatchResult::group)
                            .map(l -> l.replace("`", ""))
                            .collect(toCollection(TreeSet::new)));
        }

        /** What its samples are called, after its name. */
        List<String> samples() {
            return kind.equals("histogram") ? List.of("_bucket", "_count", "_sum", "_max") : List.of("");
        }
    }

    /** A node with a connection to DingTalk. */
    static final class Streaming {
        @Bean
        StreamLevels connected() {
            var connection =
                    new StreamConnection("default", 1, ConnectionState.CONNECTED, Instant.EPOCH, null, null, false);
            return () -> List.of(connection);
        }
    }

    /** A handler that fails with events of some types. */
    static final class Failing {
        @Bean
        EventHandler failing() {
            return new EventHandler() {
                @Override
                public boolean handles(Event event) {
                    return !event.type().equals("fine");
                }

                @Override
                public void handle(Event event) throws Exception {
                    throw event.type().equals("dead")
                            ? new PermanentFailure("for good")
                            : new IllegalStateException("for now");
                }
            };
        }
    }
}
