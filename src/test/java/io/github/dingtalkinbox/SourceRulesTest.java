package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the compiler cannot see: where SQL text may stand, no switched-off tests. */
class SourceRulesTest {
    private static final Pattern SQL =
            Pattern.compile("(?im)^\\s*(insert into |select |update \\w+ set |delete from |merge into |with \\w+ as )");
    /** A relation is what a statement of the user's is given instead of a table. */
    private static final Pattern OWNS_A_TABLE =
            Pattern.compile("/\\*\\*\\s+(\\* )?The \\{@code \\w+\\} (table|view|relation)\\.");

    private static final Pattern SWITCHED_OFF =
            Pattern.compile("@Disab" + "led|\\bassume(True|False|That)\\(|Thread\\.sl" + "eep");

    @Test
    void sqlStandsOnlyInClassesThatOwnATable() {
        assertThat(files("src/main", ".java").stream()
                        .filter(f -> SQL.matcher(read(f)).find()))
                .allSatisfy(f -> assertThat(read(f)).containsPattern(OWNS_A_TABLE));
    }

    @Test
    void noTestIsSwitchedOffOrSleeps() {
        assertThat(files("src/test", ".java"))
                .allSatisfy(f -> assertThat(read(f)).doesNotContainPattern(SWITCHED_OFF));
    }

    @Test
    void migrationsGiveUpRatherThanBlockTheApplication() {
        assertThat(files("db/migration", ".sql")).isNotEmpty().allSatisfy(f -> assertThat(read(f))
                .contains("set local lock_timeout"));
    }

    private static List<Path> files(String root, String suffix) {
        try (Stream<Path> walk = Files.walk(Path.of(root))) {
            return walk.filter(f -> f.toString().endsWith(suffix)).toList();
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
