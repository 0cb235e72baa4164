package io.github.dingtalkinbox.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestProgressTest {
    private static final Instant BEGIN = Instant.parse("2026-11-24T00:00:00Z");
    private static final Clock LATER = Clock.fixed(BEGIN.plus(Duration.ofSeconds(125)), ZoneOffset.UTC);

    @TempDir
    private Path notes;

    @Test
    void itSaysWhatIsDoneAndWhatRuns() {
        TestProgress progress = new TestProgress(notes, BEGIN);
        progress.begin("some.OneTest", BEGIN);
        progress.end("some.OneTest", BEGIN.plusSeconds(1));
        progress.begin("some.OtherTest", BEGIN.plusSeconds(1));
        progress.begin("a.ThirdTest", BEGIN.plusSeconds(2));

        assertThat(progress.line(190, LATER))
                .isEqualTo("verify: 1 of 190 test classes done, running OtherTest, ThirdTest, 02:05");
        assertThat(progress.line(0, LATER)).startsWith("verify: 1 test classes done, running ");
    }

    @Test
    void anEarlierBuildDoesNotCount() {
        TestProgress progress = new TestProgress(notes, BEGIN);
        progress.begin("some.OneTest", BEGIN.minusSeconds(2));
        progress.end("some.OneTest", BEGIN.minusSeconds(1));

        assertThat(progress.line(190, LATER)).isEqualTo("verify: 0 of 190 test classes done, running none, 02:05");
    }

    @Test
    void integrationTestsComeAfterAllOthers() {
        TestProgress progress = new TestProgress(notes, BEGIN);
        progress.begin("some.OneTest", BEGIN);
        progress.end("some.OneTest", BEGIN);
        progress.begin("some.FirstIT", BEGIN);
        progress.end("some.FirstIT", BEGIN);
        progress.begin("some.OtherIT", BEGIN);

        assertThat(progress.line(1, LATER)).isEqualTo("verify: 1 of 1 test classes done, running OtherIT, 02:05");
    }
}
