package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.cli.Cli;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** What the documentation says of the program is so. */
@Postgres
class ReadmeTest {
    private static final Path ENGLISH = Path.of("README.md");
    private static final Path DOCS = Path.of("src/docs");
    private static final Path CHINESE = DOCS.resolve("README.zh-CN.md");

    private static final Path STATES = DOCS.resolve("states.md");

    static final List<Path> READMES = List.of(ENGLISH, CHINESE);
    static final List<Path> CONFIGURATIONS =
            List.of(DOCS.resolve("configuration.md"), DOCS.resolve("configuration.zh-CN.md"));
    static final List<Path> WITH_SQL = List.of(
            ENGLISH,
            CHINESE,
            STATES,
            DOCS.resolve("cleanup.md"),
            DOCS.resolve("dba.md"),
            DOCS.resolve("dead-letters.md"),
            DOCS.resolve("dead-letters.zh-CN.md"),
            DOCS.resolve("handlers.md"),
            DOCS.resolve("identity.md"),
            DOCS.resolve("recovery.md"),
            DOCS.resolve("stream.md"),
            DOCS.resolve("stream.zh-CN.md"));
    static final List<Path> PAGES = pages();

    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```(\\w+(?: \\w+)?)\\n(.*?)^ *```$");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(#[^)]*)?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern COMMAND = Pattern.compile("java -jar (\\S+\\.jar) ([a-z]+)((?: --[a-z-]+ \\S+)*)");
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");
    private static final Pattern COPIED = Pattern.compile("(?m)^cp (\\S+)");
    private static final Pattern PROPERTY = Pattern.compile("`((?:inbox|spring|server)\\.[^`]+)`");
    private static final Pattern LOGGED = Pattern.compile("log: `([^`]+)`");

    @Test
    void itIsShortEnoughToBeRead() {
        assertThat(read(ENGLISH).lines()).hasSizeLessThan(220);
    }

    /** And an integration test compiles and runs it. */
    @Test
    void theHandlerIsTheSameInEveryLanguage() {
        assertThat(blocks(ENGLISH, "java")).hasSize(1).isEqualTo(blocks(CHINESE, "java"));
    }

    @ParameterizedTest
    @FieldSource("WITH_SQL")
    void sqlRuns(Path page, TestDatabase database) throws SQLException {
        List<String> statements = sql(page);
        assertThat(statements).isNotEmpty();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                for (String sql : statements) {
                    assertThat(statement.execute(sql)).as(sql).isNotNull();
                }
            } finally {
                connection.rollback();
            }
        }
    }

    @ParameterizedTest
    @FieldSource("PAGES")
    void commandsAreThoseOfTheProgram(Path page) {
        assertThat(COPIED.matcher(read(page)).results())
                .allSatisfy(copied -> assertThat(Path.of(copied.group(1))).exists());
        assertThat(COMMAND.matcher(read(page)).results())
                .filteredOn(command -> command.group(1).startsWith("target/"))
                .allSatisfy(command -> {
                    assertThat(command.group(1)).isEqualTo("target/dingtalk-inbox-exec.jar");
                    String help = help(command.group(2));
                    assertThat(help).startsWith("Usage: dingtalk-inbox " + command.group(2));
                    assertThat(OPTION.matcher(command.group(3)).results())
                            .allSatisfy(o -> assertThat(help).contains(o.group() + "="));
                });
    }

    @ParameterizedTest
    @FieldSource("READMES")
    void aReadmeShowsItAtWork(Path readme) {
        assertThat(COMMAND.matcher(read(readme)).results().map(command -> command.group(2)))
                .contains("simulate", "audit");
        assertThat(read(Path.of("pom.xml")))
                .contains("<finalName>dingtalk-inbox</finalName>", "<classifier>exec</classifier>");
    }

    /** And the heap that the image has in a container of 512 MiB, whatever this machine has. */
    @Test
    void theOptionsOfTheJvmAreThoseOfTheImage() {
        List<String> expected = read(Path.of("src/main/docker/java.options"))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replace("-XX:MaxRAMPercentage=50", "-Xmx256m"))
                .collect(toCollection(ArrayList::new));
        expected.add("-XX:+IgnoreUnrecognizedVMOptions");

        String command = blocks(DOCS.resolve("deployment.md"), "sh").stream()
                .filter(block -> block.startsWith("java -X"))
                .findFirst()
                .orElseThrow();
        assertThat(command.replace("\\\n", "").strip().split(" +", -1))
                .startsWith("java")
                .endsWith("-jar", "target/dingtalk-inbox-exec.jar")
                .filteredOn(word -> word.startsWith("-X"))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @FieldSource("CONFIGURATIONS")
    void allSettingsAreDocumentedAsTheyAre(Path page) throws ClassNotFoundException {
        Map<String, String> properties = new TreeMap<>(Map.of("inbox.data-dir", ".data", "inbox.enabled", "true"));
        assertThat(read(Path.of("src/main/java/io/github/dingtalkinbox/service/embedded/EmbeddedConfiguration.java")))
                .contains("\"inbox.data-dir\"", "\".data\"");
        for (Class<?> type : propertyRecords()) {
            String prefix = MergedAnnotations.from(type)
                    .get(ConfigurationProperties.class)
                    .getString("prefix");
            addProperties(prefix, type, properties);
        }
        Map<String, List<String>> rows = settings(page);
        assertThat(rows.keySet().stream().filter(name -> !name.matches("(spring|server)\\..*")))
                .containsExactlyInAnyOrderElementsOf(properties.keySet());
        assertThat(rows).allSatisfy((name, cells) -> {
            assertThat(cells.get(1)).isEqualTo("`" + variable(name) + "`");
            String value = properties.getOrDefault(name, "");
            assertThat(cells.get(2)).contains(value.isEmpty() ? "" : "`" + value + "`");
        });
    }

    @ParameterizedTest
    @FieldSource("READMES")
    void aReadmeHasSomeOfTheSettings(Path readme) {
        assertThat(settings(readme).keySet())
                .contains("inbox.mode", "spring.datasource.url")
                .isSubsetOf(settings(CONFIGURATIONS.get(0)).keySet());
    }

    @Test
    void theStatesAreThoseOfTheQueue() {
        String constraint = read(Path.of("db/migration/V2__queue.sql"))
                .lines()
                .filter(line -> line.contains("queued_events_state_known"))
                .findFirst()
                .orElseThrow();
        List<String> diagram = blocks(STATES, "mermaid");
        assertThat(diagram).hasSize(1);
        assertThat(Pattern.compile("'(\\w+)'").matcher(constraint).results())
                .hasSize(4)
                .allSatisfy(state ->
                        assertThat(diagram.get(0)).contains(" --> " + state.group(1) + ":", state.group(1) + " --> "));
    }

    @Test
    void whatTheLogSaysIsQuotedAsItSaysIt() {
        String sources = sources().replaceAll("\"\\s*\\+\\s*\"", "");
        assertThat(LOGGED.matcher(read(STATES)).results()).isNotEmpty().allSatisfy(logged -> assertThat(sources)
                .contains(logged.group(1)));
    }

    @ParameterizedTest
    @FieldSource("PAGES")
    void linksLeadSomewhere(Path page) {
        assertThat(LINK.matcher(read(page)).results()).allSatisfy(link -> {
            Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
            assertThat(target).exists();
            if (link.group(2) != null) {
                assertThat(HEADING.matcher(read(target)).results().map(h -> anchor(h.group(1))))
                        .contains(link.group(2));
            }
        });
    }

    /** A statement of a handler reads a relation that has, among others, the columns of the events' own table. */
    private static List<String> sql(Path page) {
        List<String> statements = new ArrayList<>();
        BLOCK.matcher(read(page)).results().forEach(block -> {
            switch (block.group(2)) {
                case "sql" -> statements.add(block.group(3));
                case "sql handler" ->
                    statements.add("with event as (select app, corp_id, event_id, event_type, occurred_at, received_at,"
                            + " payload from inbox.processed_events)\n" + block.group(3));
                default -> {}
            }
        });
        return statements;
    }

    /** The blocks of code of a page in a language. */
    static List<String> blocks(Path page, String language) {
        return BLOCK.matcher(read(page))
                .results()
                .filter(block -> block.group(2).equals(language))
                .map(block -> block.group(3))
                .toList();
    }

    /** What a command says of itself. */
    static String help(String command) {
        PrintStream original = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            assertThat(Cli.run(new String[] {command, "--help"}, Application::service))
                    .isZero();
        } finally {
            System.setOut(original);
        }
        return printed.toString(UTF_8);
    }

    private static List<Class<?>> propertyRecords() throws ClassNotFoundException {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<Class<?>> records = new ArrayList<>();
        for (BeanDefinition found : scanner.findCandidateComponents("io.github.dingtalkinbox")) {
            records.add(Class.forName(found.getBeanClassName()));
        }
        return records;
    }

    /** Adds the properties of a record, with their defaults, which are empty where there is none. */
    private static void addProperties(String prefix, Class<?> type, Map<String, String> properties) {
        for (Parameter parameter : type.getDeclaredConstructors()[0].getParameters()) {
            String name = prefix + "."
                    + parameter.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (parameter.getType().isRecord()) {
                addProperties(name, parameter.getType(), properties);
            } else if (lastArgument(parameter.getParameterizedType()) instanceof Class<?> element
                    && element.isRecord()) {
                boolean byName = parameter.getType().equals(Map.class);
                addProperties(name + (byName ? ".<name>" : "[]"), element, properties);
            } else {
                DefaultValue value = parameter.getAnnotation(DefaultValue.class);
                properties.put(name, value == null ? "" : String.join(",", value.value()));
            }
        }
    }

    /** The rows of a page's tables that are about properties, by their names; of each, its cells. */
    private static Map<String, List<String>> settings(Path page) {
        Map<String, List<String>> settings = new TreeMap<>();
        read(page).lines().filter(line -> line.startsWith("| `")).forEach(line -> {
            List<String> cells =
                    Stream.of(line.split("\\|", -1)).skip(1).map(String::strip).toList();
            PROPERTY.matcher(cells.get(0)).results().forEach(name -> assertThat(settings.put(name.group(1), cells))
                    .as(name.group(1))
                    .isNull());
        });
        return settings;
    }

    /** How Spring Boot wants a property's name in the environment. */
    private static String variable(String property) {
        return property.replace("-", "").replace("[]", "_0").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static Type lastArgument(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return arguments[arguments.length - 1];
        }
        return type;
    }

    private static String anchor(String heading) {
        return "#" + heading.toLowerCase(Locale.ROOT).replace(' ', '-').replaceAll("[^\\p{L}\\p{N}_-]", "");
    }

    private static String sources() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(p -> p.toString().endsWith(".java"))
                    .map(ReadmeTest::read)
                    .collect(joining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> pages() {
        try (Stream<Path> docs = Files.list(DOCS)) {
            return Stream.concat(
                            Stream.of(ENGLISH), docs.filter(p -> p.toString().endsWith(".md")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
