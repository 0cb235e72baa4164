package io.github.dingtalkinbox;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Maven gives an application that depends on the library, and on other artifacts. */
final class HostClassPath {
    private static final Path LIBRARY = Path.of("target/dingtalk-inbox.jar").toAbsolutePath();
    /** Written by the build. An artifact stands in it wherever it is asked for, but what it brings only once. */
    private static final Path TREE = Path.of("target/dependency-tree.json");

    /** The starter that has a servlet container. */
    static final String WEB = "spring-boot-starter-webmvc";

    /** Artifacts, as folders of a Maven repository. */
    private final Map<Path, Set<Path>> brings = new HashMap<>();

    private final Set<Path> brought = new HashSet<>();

    private HostClassPath() {}

    /**
     * The library, and the jars that it and others bring.
     *
     * @param others that the host depends on; the build depends on them too
     */
    static List<Path> jars(Set<String> others) {
        HostClassPath host = new HostClassPath();
        JsonNode library = new JsonMapper().readTree(TREE.toFile());
        host.read(library);
        for (JsonNode direct : library.path("children")) {
            if (others.contains(text(direct, "artifactId")) || isTheLibrarys(direct)) {
                host.bring(artifact(direct));
            }
        }
        List<Path> jars = new ArrayList<>(List.of(LIBRARY));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            if (host.brought.stream().anyMatch(jar.resolve("../..").normalize()::endsWith)) {
                jars.add(jar);
            }
        }
        return jars;
    }

    private static boolean isTheLibrarys(JsonNode direct) {
        return text(direct, "scope").equals("compile")
                && !text(direct, "optional").equals("true");
    }

    private void read(JsonNode node) {
        Set<Path> its = brings.computeIfAbsent(artifact(node), a -> new HashSet<>());
        for (JsonNode child : node.path("children")) {
            its.add(artifact(child));
            read(child);
        }
    }

    private void bring(Path artifact) {
        if (brought.add(artifact)) {
            brings.getOrDefault(artifact, Set.of()).forEach(this::bring);
        }
    }

    private static Path artifact(JsonNode node) {
        return Path.of(text(node, "groupId").replace('.', '/'), text(node, "artifactId"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString();
    }
}
