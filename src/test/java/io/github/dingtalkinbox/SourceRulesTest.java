package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the compiler cannot see: where SQL text may stand, no switched-off tests. */
class SourceRulesTest {
    private static final Pattern SQL =
            Pattern.compile("(?im)^\\s*(insert into |select |update \\w+ set |delete from |merge into |with \\w+ as )");
    private static final Set<String> WITHOUT_SQL =
            Set.of("dingtalkinbox", "intake", "transaction", "webhook", "identity", "json", "crypto", "simulator");

    private static final Pattern SWITCHED_OFF =
            Pattern.compile("@Disab" + "led|\\bassume(True|False|That)\\(|Thread\\.sl" + "eep");

    /** The logic of the inbox asks the classes that own a table. */
    @Test
    void sqlStandsOnlyBesideTables() {
        assertThat(files("src/main", ".java").stream()
                        .filter(f -> SQL.matcher(read(f)).find())
                        .map(f -> f.getName(f.getNameCount() - 2).toString()))
                .isNotEmpty()
                .doesNotContainAnyElementsOf(WITHOUT_SQL);
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
