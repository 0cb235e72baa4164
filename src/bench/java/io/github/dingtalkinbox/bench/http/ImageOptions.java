package io.github.dingtalkinbox.bench.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The options of the JVM in the image: the service is measured as it is delivered, in a container of 512 MiB. An older JVM
 * than the image's leaves out what it does not know.
 */
final class ImageOptions {
    private static final Path FILE = Path.of("src/main/docker/java.options");
    private static final List<String> AS_IN_A_CONTAINER =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:MaxRAM=512m");

    private ImageOptions() {}

    static List<String> read() throws IOException {
        return Stream.concat(
                        AS_IN_A_CONTAINER.stream(), Files.readAllLines(FILE).stream().filter(line -> !line.startsWith("#")))
                .toList();
    }
}
