package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.audit.JournalFile;
import io.github.dingtalkinbox.service.audit.SentEvent;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a person calls it; what it finds is the matter of the audit's own test. */
@Postgres(messagesInEnglish = true)
class VerifyCommandPostgresTest {
    private static final String KEY = "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=";

    private final TestDatabase database;

    @TempDir
    private Path directory;

    VerifyCommandPostgresTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void allIsWellWhereNothingWasAnswered() {
        Ran ran = verify();
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).containsPattern("event_processed_twice +0\\n");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void lostEventsAreListedUpToTwenty() throws IOException {
        Path file = directory.resolve("journal.tsv");
        try (JournalFile journal = JournalFile.open(file)) {
            for (int i = 1; i <= 23; i++) {
                var event = new SentEvent("id-" + i, "ding1", "bpms_task_change", "approval-" + i, "7", "finish");
                journal.append(new JournalEntry(Instant.EPOCH, "success", 1, event, "http://localhost/dingtalk"));
            }
        }
        Files.writeString(file, Files.readString(file) + "1970-01-01T");

        Ran ran = verify("--journal", file.toString());
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("23 deliveries of 23 events, 1 lines cut off")
                .containsPattern("answered success +23  events")
                .containsPattern("processed +0\\n")
                .containsPattern("lost +23\\n")
                .containsPattern("twice +0\\n")
                .contains("  id-20  bpms_task_change approval-20 task 7 finish, answered 1970-01-01T00:00:00Z by"
                        + " http://localhost/dingtalk")
                .contains("  and 3 more")
                .doesNotContain("id-21");
    }

    @Test
    void sealsAreCheckedWithTheKey() throws IOException {
        String event = """
                insert into inbox.processed_events
                       (event_id, app, corp_id, event_type, transport, received_at, processed_at, payload, payload_sha256)
                values ('%s', 'default', '', 'task', 'http', now(), now() - interval '3 hours', '{}', sha256(''))
                """;
        try {
            database.jdbc().sql(event.formatted("default:sealed")).update();
            TestSeals.seal(database, KEY);

            assertThat(verify().out()).contains(" seals of the event log were not checked: use --seals");
            Ran well = verify("--seals", "--inbox.seal.key=" + KEY);
            assertThat(well.code()).as(well.err()).isZero();
            assertThat(well.out())
                    .containsPattern("events sealed +1\n")
                    .containsPattern("changed, added or removed +0\n")
                    .containsPattern("Latest seal; keep a copy elsewhere: \\d+:[0-9a-f]{64}\n")
                    .doesNotContain("not checked");

            headsAreCompared(well);

            database.jdbc()
                    .sql("delete from inbox.processed_events where event_id = 'default:sealed'")
                    .update();
            Ran found = verify("--seals", "--inbox.seal.key=" + KEY);
            assertThat(found.code()).isEqualTo(1);
            assertThat(found.out())
                    .containsPattern("changed, added or removed +1\n")
                    .contains("type task, seal 1: rows found: 0, 1 fewer than were sealed");

            Ran cutOff = verify("--head=99:" + "ab".repeat(32), "--inbox.seal.key=" + KEY);
            assertThat(cutOff.code()).isEqualTo(1);
            assertThat(cutOff.out()).contains("but seal 99 was kept as the latest: the newest seals were cut off");

            refused(verify("--seals"), "inbox.seal.key is not set", "INBOX_SEAL_KEY");
            refused(verify("--seals", "--inbox.seal.key=short"), "inbox.seal.key must be 32 bytes");
            refused(verify("--head=7", "--inbox.seal.key=" + KEY), "A head is the number of a seal, a colon");
            Ran wrong = verify("--seals", "--inbox.seal.key=" + "0".repeat(64));
            assertThat(wrong.code()).isEqualTo(2);
            assertThat(wrong.err())
                    .contains("inbox.seal.key is not the key that made the seals")
                    .doesNotContain("00000");
        } finally {
            database.jdbc()
                    .sql("truncate inbox.processed_events, inbox.event_seals")
                    .update();
        }
    }

    private void headsAreCompared(Ran well) throws IOException {
        Matcher latest = Pattern.compile("Latest seal; keep a copy elsewhere: ((\\d+):[0-9a-f]{64})\n")
                .matcher(well.out());
        assertThat(latest.find()).isTrue();
        Path kept = directory.resolve("heads");
        Files.writeString(
                kept, "2025-03-04T01:00:00Z " + latest.group(1) + "\n\nSealed the hour: head " + latest.group(1));
        Ran same = verify("--heads=" + kept, "--inbox.seal.key=" + KEY);
        assertThat(same.code()).as(same.err()).isZero();

        Path other = directory.resolve("other-heads");
        Files.writeString(other, "2025-03-04T01:00:00Z " + latest.group(2) + ":" + "ab".repeat(32) + "\n");
        List<String> both = verifying("--heads=" + kept, "--inbox.seal.key=" + KEY);
        both.add("--heads=" + other);
        Ran changed = Ran.of(both.toArray(String[]::new));
        assertThat(changed.code()).isEqualTo(1);
        assertThat(changed.out())
                .containsPattern("changed, added or removed +1\n")
                .contains("it is not the seal that was kept");

        Files.writeString(other, "t 98:" + "ab".repeat(32) + "\nt 99:" + "cd".repeat(32) + "\n");
        Ran cutOff = verify("--heads=" + other, "--inbox.seal.key=" + KEY);
        assertThat(cutOff.code()).isEqualTo(1);
        assertThat(cutOff.out())
                .containsPattern("changed, added or removed +1\n")
                .contains("but seal 98 was kept");

        Files.writeString(other, "\n2025-03-04T01:00:00Z 7:ab");
        refused(verify("--heads=" + other, "--inbox.seal.key=" + KEY), "Line 2 of " + other + ": A head is the number");
        Files.writeString(other, "\n");
        refused(verify("--heads=" + other, "--inbox.seal.key=" + KEY), "There is no head in " + other);
        refused(verify("--heads=" + directory + "/none", "--inbox.seal.key=" + KEY), "The heads cannot be read");
        refused(verify("--heads=" + kept), "inbox.seal.key is not set");
    }

    @Test
    void whatIsNoJournalIsExplained() throws IOException {
        Path file = directory.resolve("other.txt");
        assertThat(verify("--journal=" + file).err()).contains("The journal " + file + " cannot be read");
        Files.writeString(file, "something\n");
        Ran ran = verify("--journal=" + file);
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("is not a journal that \"simulate --journal\" has written");
    }

    @Test
    void databaseThatCannotBeUsedIsExplained() {
        String nowhere = "--spring.datasource.url=jdbc:postgresql://localhost:1/nowhere";
        refused(Ran.of("audit", "verify", nowhere), "The database cannot be reached", "localhost:1 refused");
        refused(
                Ran.of("audit", "verify", "--spring.datasource.url=postgres://db"),
                "The configuration of the database is wrong");
        refused(
                verify("--spring.datasource.password=wrong", "--spring.datasource.username=nobody"),
                "The database cannot be reached",
                "\"nobody\"");
        String other = database.jdbcUrl().replace(database.name(), "postgres");
        refused(verify("--spring.datasource.url=" + other), "run its command migrate first");
    }

    @Test
    void withoutADatabaseItSaysHowToNameOne() {
        refused(
                Ran.of("audit", "verify", "--inbox.data-dir=" + directory),
                "spring.datasource.url is not set, and there is no embedded database in " + directory,
                "Name the database in spring.datasource.url");
    }

    @Test
    void mistypedOptionIsNoProperty() {
        refused(verify("--jurnal=x"), "Unknown option: '--jurnal=x'");
        refused(verify("word"), "Unmatched argument: 'word'");
        refused(Ran.of("audit"), "Missing required subcommand");
    }

    private static void refused(Ran ran, String... says) {
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(says).doesNotContain("\tat ");
        assertThat(ran.out()).isEmpty();
    }

    /** With the last of each option. */
    private Ran verify(String... options) {
        return Ran.of(verifying(options).toArray(String[]::new));
    }

    private List<String> verifying(String... options) {
        List<String> args = new ArrayList<>(List.of(
                "audit",
                "verify",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password()));
        for (String option : options) {
            args.removeIf(a -> a.startsWith("--") && a.split("=", 2)[0].equals(option.split("=", 2)[0]));
            args.add(option);
        }
        return args;
    }
}
