package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Postgres
@ExtendWith(OutputCaptureExtension.class)
class NodeClockPostgresTest {
    private final TestDatabase database;

    NodeClockPostgresTest(TestDatabase database) {
        this.database = database;
    }

    @ParameterizedTest
    @CsvSource({"PT10S, ahead", "PT-10S, behind", "P365000D, ahead", "P-20000D, behind"})
    void aClockThatIsWrongIsWarnedOfAtTheStartAndInEachSession(Duration off, String side, CapturedOutput output) {
        check(off);

        assertThat(warnings(output)).hasSize(2).allSatisfy(line -> {
            assertThat(line)
                    .contains(" s " + side + " of the database's")
                    .containsPattern("it is \\S+Z here, and was \\S+Z there")
                    .contains("NTP");
            // Less by what the question took.
            long seconds = off.abs().toSeconds();
            assertThat(Long.parseLong(line.replaceFirst(".*this machine is (\\d+) s .*", "$1")))
                    .isBetween(seconds - 5, seconds);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT3S", "PT-3S", "PT0S"})
    void aClockThatIsNearlyRightIsNot(Duration off, CapturedOutput output) {
        check(off);

        assertThat(warnings(output)).isEmpty();
    }

    private void check(Duration off) {
        Schema schema = new Schema(
                database.dataSource(),
                new SchemaProperties(null, null),
                Schema.DEFAULT_APPLICATION,
                Clock.offset(Clock.systemUTC(), off));
        schema.prepare();
        schema.requireFitSession();
    }

    private static List<String> warnings(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("The clock of this machine"))
                .toList();
    }
}
