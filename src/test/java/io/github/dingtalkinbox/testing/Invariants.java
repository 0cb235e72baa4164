package io.github.dingtalkinbox.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The queries of {@code db/audit/invariants}, none of which may return a row. */
public final class Invariants {
    private Invariants() {}

    public static void assertNoRow(JdbcClient jdbc) {
        assertThat(files()).isNotEmpty().allSatisfy(file -> assertThat(
                        jdbc.sql(Files.readString(file)).query().listOfRows())
                .as(file.toString())
                .isEmpty());
    }

    /** The query of this name. */
    public static String sql(String name) {
        try {
            return Files.readString(Path.of("db/audit/invariants", name + ".sql"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(Path.of("db/audit/invariants"))) {
            return files.filter(f -> f.toString().endsWith(".sql")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
