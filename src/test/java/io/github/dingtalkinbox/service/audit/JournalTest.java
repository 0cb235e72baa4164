package io.github.dingtalkinbox.service.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final Instant AT = Instant.parse("2026-11-24T03:04:05.678901Z");

    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = directory.resolve("journal.tsv");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        write(entry("1", 1, "HTTP 503 Away"), entry("1", 2, "success"), entry("2", 1, "success"), entry("3", 1, "no"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        Journal journal = Journal.read(file);
        assertThat(journal.deliveries()).isEqualTo(4);
        assertThat(journal.events()).isEqualTo(3);
        assertThat(journal.cutOff()).isZero();
        assertThat(journal.answered()).containsExactly(entry("1", 2, "success"), entry("2", 1, "success"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\nb", "a\r\nb", "a\\b", "a\\tb", "a\\\\nb", "\\", "\\\\t\t", "", "张三🙏"})
    void anyTextComesBack(String text) {
        JournalEntry entry =
                new JournalEntry(AT, JournalEntry.SUCCESS, 1, new SentEvent("1", text, "t", text, text, "start"), text);
        assertThat(entry.line()).doesNotContain("\n", "\r");
        assertThat(JournalEntry.parse(entry.line())).contains(entry);
    }

    @Test
    void lineIsThereWhileTheSimulationStillRuns() throws IOException {
        try (JournalFile journal = JournalFile.open(file)) {
            journal.append(entry("1", 1, "success"));
            assertThat(Journal.read(file).answered()).hasSize(1);
        }
    }

    @Test
    void lineThatAKilledRunDidNotFinishIsCountedAndHarmsNoOther() throws IOException {
        write(entry("1", 1, "success"), entry("2", 1, "success"));
        int end = Files.readAllBytes(file).length;
        int lastLine = entry("2", 1, "success").line().getBytes(UTF_8).length;
        for (int cut = 2; cut <= lastLine; cut++) {
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, end - cut));
            write(entry("3", 1, "success"));

            Journal journal = Journal.read(file);
            assertThat(journal.answered())
                    .as("without the last " + cut + " bytes")
                    .contains(entry("1", 1, "success"), entry("3", 1, "success"));
            assertThat(journal.deliveries() + journal.cutOff()).isEqualTo(3);
            Files.write(file, whole);
        }
    }

    @Test
    void anotherFileIsNoJournal() throws IOException {
        Files.writeString(file, "answer\tevent\nsuccess\t1\n", StandardOpenOption.CREATE);
        assertThatThrownBy(() -> Journal.read(file))
                .isInstanceOf(InvalidJournal.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("answered_at answer event_id");
    }

    private void write(JournalEntry... entries) throws IOException {
        try (JournalFile journal = JournalFile.open(file)) {
            List.of(entries).forEach(journal::append);
        }
    }

    private static JournalEntry entry(String eventId, int delivery, String answer) {
        var event = new SentEvent(eventId, "ding1", "bpms_task_change", "instance\t1", "7", "start");
        return new JournalEntry(AT, answer, delivery, event, "http://localhost/dingtalk/callback");
    }
}
