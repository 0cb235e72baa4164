package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as cron or a person calls them; what they do is the matter of the cleanup's own tests. */
@Postgres(messagesInEnglish = true)
class CleanupCommandPostgresTest {
    private final TestDatabase database;
    private final History history;

    CleanupCommandPostgresTest(TestDatabase database) {
        this.database = database;
        this.history = new History(database);
    }

    @BeforeEach
    void fill() {
        history.empty()
                .events(40, "a", 10)
                .events(40, "b", 5)
                .duplicates(40, "a", Duration.ofSeconds(1))
                .seal();
    }

    @Test
    void dryRunIsATableOfWhatWouldGo() {
        Ran dry = run("cleanup", "--dry-run");
        assertThat(dry)
                .isEqualTo(new Ran(0, """
                table             event type  day (UTC)   rows  archive
                processed_events  a           %1$s    10
                processed_events  b           %1$s     5
                Would be removed: 15
                """.formatted(history.day(40).toString().substring(0, 10)), ""));
        assertThat(history.count("processed_events")).isEqualTo(15);
    }

    @Test
    void whatIsDueGoes() {
        Ran ran = run("cleanup", "--older-than", "35d", "--operator=maria", "--reason=the disk is full");
        assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).contains("duplicate_deliveries").endsWith("Removed: 25\n");
        assertThat(history.count("processed_events")).isZero();
        assertThat(history.count("duplicate_deliveries")).isZero();
        assertThat(history.count("cleanup_runs", "operator = 'maria' and reason = 'the disk is full'"))
                .isEqualTo(4);
        assertThat(run("cleanup", "--inbox.retention.events=20d")).isEqualTo(new Ran(0, "Removed: 0\n", ""));
        assertThat(history.count("cleanup_runs", "operator ~ '^\\S+@\\S+$' and origin ~ '^\\S+/\\d+$'"))
                .isEqualTo(1);
    }

    @Test
    void scheduledItCleansUpUntilItIsStopped() throws InterruptedException {
        Thread job = new Thread(
                () -> run("cleanup", "--scheduled", "--reason=every second", "--inbox.retention.schedule=* * * * * *"));
        job.start();
        try {
            await().untilAsserted(() -> assertThat(history.count(
                            "cleanup_runs", "table_name = '' and outcome = 'completed' and reason = 'every second'"))
                    .isGreaterThan(1));
        } finally {
            job.interrupt();
            job.join();
        }
        assertThat(history.count("processed_events")).isZero();
        refused(run("cleanup", "--scheduled", "--inbox.retention.schedule=-"), "inbox.retention.schedule says no time");
        refused(run("cleanup", "--scheduled", "--dry-run"), "--scheduled and --dry-run exclude each other");
    }

    @Test
    void typesWithATimeOfTheirOwnKeepIt() {
        run(
                "cleanup",
                "--older-than=35d",
                "--inbox.retention.event-types[0].name=a",
                "--inbox.retention.event-types[0].events=99d");
        assertThat(history.count("processed_events", "event_type = 'a'")).isEqualTo(10);
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    @Test
    void whatIsRefusedIsSaidAndIsAFailure() {
        Ran ran = run("cleanup", "--older-than=1h");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("""
                        Removed: 0
                        --older-than is 1h, so nothing is removed by it: DingTalk may deliver an event again within a day. Set it to at least 1d.
                        """);
        assertThat(run("cleanup", "--dry-run", "--older-than=1h").code()).isEqualTo(1);
    }

    @Test
    void withoutTheKeyOfTheSealsNothingGoes() {
        Ran ran = run("cleanup", "--inbox.seal.key=");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("the log is sealed, and this process has no key", "INBOX_SEAL_KEY");
        assertThat(history.count("processed_events")).isEqualTo(15);
    }

    @Test
    void wrongOptionsAreExplained() {
        refused(run("cleanup", "--older-than=soon"), "--older-than is not a duration: \"soon\". Write 30d, or 48h.");
        refused(run("cleanup", "--inbox.retention.batch-size=0"), "inbox.retention.batch-size must be 1 to 10000");
        refused(run("cleanup", "--force"), "Unknown option: '--force'");
        refused(run("audit", "restore"), "Missing required parameter");
        database.jdbc()
                .sql("alter table inbox.cleanup_lock rename to cleanup_lock_of_later")
                .update();
        try {
            refused(run("cleanup"), "The tables of the database are not those of this version");
        } finally {
            database.jdbc()
                    .sql("alter table inbox.cleanup_lock_of_later rename to cleanup_lock")
                    .update();
        }
    }

    @Test
    void whoeverCannotLogInIsToldWhichPropertyIsWrong() {
        String[] stranger = {"--inbox.retention.username=cleanup_stranger", "--inbox.retention.password=x"};
        refused(
                run("cleanup", stranger),
                "as cleanup_stranger, see inbox.retention.username and inbox.retention.password");
        refused(run("cleanup", "--dry-run", stranger[0]), "as cleanup_stranger, see inbox.retention.username");
        for (List<String> command : List.of(
                List.of("cleanup", "--inbox.retention.username=", "--inbox.retention.password="),
                List.of("queue", "replay", "default:x", "--reason=again"))) {
            refused(run("service_stranger", command), "The database cannot be reached, see spring.datasource.*");
        }
        assertThat(history.count("processed_events")).isEqualTo(15);
    }

    /** As compose files and manifests pass on what nobody has set. */
    @Test
    void anEmptyRoleIsThatOfTheService() {
        assertThat(run("cleanup", "--inbox.retention.username=", "--inbox.retention.password=")
                        .code())
                .isZero();
        assertThat(history.count("processed_events")).isZero();
    }

    @Test
    void archiveIsRestored(@TempDir Path folder) throws IOException {
        run("cleanup", "--inbox.retention.archive=" + folder);
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        assertThat(run("audit", "restore", file.toString()))
                .isEqualTo(new Ran(
                        0,
                        file + "  15 rows, 15 of them new in restored_events; checksum and count match"
                                + " cleanup_runs\n",
                        ""));
        assertThat(run("audit", "restore", file.toString(), file.toString()).out())
                .contains("15 rows, 0 of them new in restored_events");
        Files.write(file, new byte[] {1, 2, 3});
        Ran damaged = run(
                "audit", "restore", file.toString(), folder.resolve("missing").toString());
        assertThat(damaged.code()).isEqualTo(1);
        assertThat(damaged.err()).contains("is damaged", "Nothing of it was loaded", "missing cannot be read");
    }

    private static void refused(Ran ran, String why) {
        assertThat(ran.code()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(why);
    }

    private Ran run(String command, String... options) {
        return run(
                database.user(),
                Stream.concat(Stream.of(command), Stream.of(options)).toList());
    }

    private Ran run(String user, List<String> args) {
        boolean hasKey = args.stream().anyMatch(arg -> arg.startsWith("--inbox.seal.key"));
        Stream<String> key = hasKey ? Stream.of() : Stream.of("--inbox.seal.key=" + TestSeals.KEY);
        return Ran.on(database, user, Stream.concat(args.stream(), key).toList());
    }
}
