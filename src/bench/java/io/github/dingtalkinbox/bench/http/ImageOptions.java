package io.github.dingtalkinbox.bench.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** The options of the JVM in the image: the service is measured as it is delivered. */
final class ImageOptions {
    private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");
    private static final String ENTRYPOINT = "ENTRYPOINT ";

    private ImageOptions() {}

    static List<String> read() throws IOException {
        String entrypoint = Files.readAllLines(DOCKERFILE).stream()
                .filter(line -> line.startsWith(ENTRYPOINT))
                .findFirst()
                .orElseThrow();
        List<String> words = List.of(new JsonMapper().readValue(entrypoint.substring(ENTRYPOINT.length()), String[].class));
        return words.subList(1, words.indexOf("-jar"));
    }
}
