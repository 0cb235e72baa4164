package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plain jar, which becomes a part of other applications. */
class LibraryJarIT {
    private static final Path JAR = Path.of("target/dingtalk-inbox.jar");
    private static final String POM = "META-INF/maven/io.github.dingtalkinbox/dingtalk-inbox/pom.xml";
    private static final String SQL = "dingtalk-inbox/db/";

    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);
    /** Only gives versions; the measurements' profile has one too. */
    private static final Pattern MANAGED =
            Pattern.compile("<dependencyManagement>.*?</dependencyManagement>", Pattern.DOTALL);

    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(.*?)</artifactId>");

    @Test
    void containsNoConfigurationThatWouldBeTheHosts() throws IOException {
        assertThat(entries()).noneMatch(e -> e.matches("(config/)?(application|bootstrap|logback|log4j2?)[^/]*"));
        assertThat(entries()).noneMatch(e -> e.startsWith("db/") || e.startsWith("BOOT-INF/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"migration/", "audit/invariants/"})
    void containsAllOfTheSql(String folder) throws IOException {
        Set<String> sql = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("db", folder))) {
            files.forEach(f -> sql.add(SQL + folder + f.getFileName()));
        }
        assertThat(sql).isNotEmpty();
        assertThat(entries().stream().filter(e -> e.startsWith(SQL + folder) && !e.endsWith("/")))
                .containsExactlyInAnyOrderElementsOf(sql);
    }

    @Test
    void bringsAHostOnlyWhatTheInboxNeeds() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile());
                InputStream in = jar.getInputStream(jar.getEntry(POM))) {
            String dependencies =
                    MANAGED.matcher(new String(in.readAllBytes(), UTF_8)).replaceAll("");
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
                            "jspecify",
                            "shedlock-provider-jdbc-template");
        }
    }

    private static String artifact(String dependency) {
        return ARTIFACT.matcher(dependency)
                .results()
                .map(r -> r.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> entries() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }
}
