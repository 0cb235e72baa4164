package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The manifests say what the program and the image are: there is no cluster here that would. */
@Postgres
class DeploymentPostgresTest {
    private static final Path KUBERNETES = Path.of("src/docs/kubernetes.yaml");
    private static final Path COMPOSE = Path.of("docker-compose.yml");
    private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `[^`]+` \\| `([A-Z0-9_<>]+)` \\|");

    /** The services of the compose file that run the program. */
    private static final List<String> PROGRAMS = List.of("migrate", "inbox", "cleanup");

    private static final String[] OTHER_LOGINS = {
        "INBOX_SCHEMA_USERNAME", "INBOX_SCHEMA_PASSWORD", "INBOX_RETENTION_USERNAME", "INBOX_RETENTION_PASSWORD"
    };

    private final List<Map<String, Object>> manifests = manifests();

    @Test
    void probesAskWhatTheServiceAnswers(TestDatabase database) throws Exception {
        try (Service service = Service.start(database)) {
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                Map<String, Object> get =
                        map(map(container("Deployment").get(probe)).get("httpGet"));
                var request = HttpRequest.newBuilder(service.url(text(get.get("path"))))
                        .build();
                // The database is asked for a moment only, which may be too short on a busy machine.
                await().untilAsserted(() -> assertThat(HttpClient.newHttpClient()
                                .send(request, BodyHandlers.ofString())
                                .statusCode())
                        .as(probe)
                        .isEqualTo(200));
                assertThat(get.get("port")).isEqualTo("http");
            }
            Map<String, Object> rule =
                    list(map(manifest("Ingress").get("spec")).get("rules")).get(0);
            String path = text(list(map(rule.get("http")).get("paths")).get(0).get("path"));
            assertThat(service.client(path, Service.CREDENTIALS)
                            .deliver("{\"EventType\":\"check_url\"}")
                            .status())
                    .as("the callback URL")
                    .isEqualTo(200);
        }
    }

    @Test
    void environmentIsWhatTheDocumentationLists() throws IOException {
        List<String> documented = DOCUMENTED
                .matcher(Files.readString(Path.of("src/docs/configuration.md")))
                .results()
                .map(row -> row.group(1).replace("<NAME>", "DEFAULT"))
                .toList();
        List<String> names =
                new ArrayList<>(map(manifest("ConfigMap").get("data")).keySet());
        containers().values().forEach(container -> names.addAll(environment(container)));
        for (String service : PROGRAMS) {
            names.addAll(environment(service));
        }
        assertThat(names).hasSizeGreaterThan(20).allSatisfy(name -> assertThat(documented)
                .contains(name));
    }

    @Test
    void commandsOfTheJobsAreThoseOfTheProgram() {
        List<@Nullable Object> commands = List.of(
                Objects.requireNonNull(container("CronJob").get("args")),
                Objects.requireNonNull(containers().get("migrate")).get("args"),
                Objects.requireNonNull(program("migrate").get("command")),
                Objects.requireNonNull(program("cleanup").get("command")));
        for (Object command : commands) {
            List<?> words = (List<?>) Objects.requireNonNull(command);
            String help = ReadmeTest.help(String.valueOf(words.get(0)));
            assertThat(help).startsWith("Usage: dingtalk-inbox " + words.get(0));
            assertThat(words.subList(1, words.size())).allSatisfy(option -> assertThat(help)
                    .contains(String.valueOf(option).replaceAll("=.*", "=")));
        }
    }

    /** Whoever gets into the service gets at what its role may do, and at no more. */
    @Test
    void eachPartHasTheLoginOfItsOwnRoleAndNoOther() {
        Map<String, String> roles =
                Map.of("inbox", "inbox_app", "migrate", "inbox_migrator", "cleanup", "inbox_cleanup");
        assertThat(containers()).containsOnlyKeys(roles.keySet());
        roles.forEach((part, role) -> {
            Map<String, Object> container = Objects.requireNonNull(containers().get(part));
            assertThat(environment(container)).as(part).doesNotContain(OTHER_LOGINS);
            assertThat(list(container.get("env")))
                    .contains(Map.of("name", "SPRING_DATASOURCE_USERNAME", "value", role))
                    .filteredOn(variable -> String.valueOf(variable).contains("-migrator"))
                    .hasSize(part.equals("migrate") ? 1 : 0);
            assertThat(map(program(part).get("environment")))
                    .as(part)
                    .containsEntry("SPRING_DATASOURCE_USERNAME", role)
                    .doesNotContainKeys(OTHER_LOGINS)
                    .hasEntrySatisfying("SPRING_DATASOURCE_PASSWORD", password -> assertThat(text(password))
                            .contains(role.toUpperCase(Locale.ROOT) + "_PASSWORD"));
        });
        assertThat(environment(containers().get("cleanup"))).contains("INBOX_SEAL_KEY");
        assertThat(environment("cleanup")).contains("INBOX_SEAL_KEY");
    }

    @Test
    void serviceOfComposeWaitsForTheMigrations() {
        for (String waiting : List.of("inbox", "cleanup")) {
            assertThat(map(map(program(waiting).get("depends_on")).get("migrate")))
                    .containsEntry("condition", "service_completed_successfully");
        }
    }

    @Test
    void podsFitTheImage() throws IOException {
        String dockerfile = Files.readString(DOCKERFILE);
        assertThat(list(container("Deployment").get("ports")).get(0).get("containerPort"))
                .isEqualTo(number(dockerfile, "EXPOSE (\\d+)"));
        for (String kind : List.of("Deployment", "CronJob")) {
            assertThat(map(pod(kind).get("securityContext")))
                    .containsEntry("runAsNonRoot", true)
                    .containsEntry("runAsUser", number(dockerfile, "USER (\\d+):"));
        }
        for (Map<String, Object> container : containers().values()) {
            assertThat(map(container.get("securityContext")))
                    .containsEntry("readOnlyRootFilesystem", true)
                    .containsEntry("allowPrivilegeEscalation", false);
            assertThat(list(container.get("volumeMounts")))
                    .extracting(mount -> mount.get("mountPath"))
                    .contains("/tmp");
        }
    }

    private static String text(@Nullable Object node) {
        return String.valueOf(node);
    }

    private static int number(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return Integer.parseInt(found.group(1));
    }

    private Map<String, Object> manifest(String kind) {
        return manifests.stream()
                .filter(m -> kind.equals(m.get("kind")))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Object> pod(String kind) {
        Map<String, Object> spec = map(manifest(kind).get("spec"));
        if (kind.equals("CronJob")) {
            spec = map(map(spec.get("jobTemplate")).get("spec"));
        }
        return map(map(spec.get("template")).get("spec"));
    }

    private Map<String, Object> container(String kind) {
        return list(pod(kind).get("containers")).get(0);
    }

    /** Of both pods, by their names. */
    private Map<String, Map<String, Object>> containers() {
        Map<String, Map<String, Object>> containers = new TreeMap<>();
        Stream.of(
                        list(pod("Deployment").get("initContainers")),
                        list(pod("Deployment").get("containers")),
                        list(pod("CronJob").get("containers")))
                .flatMap(List::stream)
                .forEach(container -> containers.put(text(container.get("name")), container));
        return containers;
    }

    private static List<String> environment(@Nullable Map<String, Object> container) {
        return list(Objects.requireNonNull(container).get("env")).stream()
                .map(variable -> text(variable.get("name")))
                .toList();
    }

    private static Set<String> environment(String service) {
        return map(program(service).get("environment")).keySet();
    }

    private static Map<String, Object> program(String service) {
        return map(map(compose().get("services")).get(service));
    }

    private static List<Map<String, Object>> manifests() {
        List<Map<String, Object>> manifests = new ArrayList<>();
        new Yaml().loadAll(read(KUBERNETES)).forEach(manifest -> manifests.add(map(manifest)));
        return manifests;
    }

    private static Map<String, Object> compose() {
        return map(new Yaml().load(read(COMPOSE)));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) Objects.requireNonNull(node);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(@Nullable Object node) {
        return (List<Map<String, Object>>) Objects.requireNonNull(node);
    }
}
