package io.github.dingtalkinbox.internal.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.retention.CleanupListener.Refusal;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.service.restore.Restore;
import io.github.dingtalkinbox.service.restore.Restore.InvalidArchive;
import io.github.dingtalkinbox.service.restore.Restore.RestoredFile;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Nothing goes that is not in a file, and everything comes back as it was. */
@Postgres
class ArchivePostgresTest {
    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final History history;
    private final List<Refusal> refusals = new ArrayList<>();

    @TempDir
    private Path folder;

    ArchivePostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.history = new History(database);
    }

    @BeforeEach
    void fill() {
        jdbc.sql(
                        "drop table if exists inbox.restored_events, inbox.restored_duplicates, events_before, duplicates_before")
                .update();
        history.empty().events(40, "a", 100).events(40, "b", 10).events(39, "a", 50);
        // Whatever jsonb, bytea, times and texts can be.
        jdbc.sql("""
                        update inbox.processed_events
                           set payload = '{"n": 1.10, "big": 123456789012345678901234567890.5, "text": "a\\"\\\\\\n\\u2028é𝄞", "nested": [{}, null]}',
                               payload_raw = decode(repeat('00ff0a', 100), 'hex'),
                               occurred_at = '0044-03-15 12:00:00.000001+00 BC',
                               corp_id = E'line\\nbreak\\t"quote"'
                         where event_id = 'a-40-7'
                        """).update();
        jdbc.sql(
                        "update inbox.processed_events set occurred_at = '12345-01-01 00:00:00.123456+00' where event_id = 'a-40-8'")
                .update();
        jdbc.sql("update inbox.processed_events set payload = 'null' where event_id = 'a-40-9'")
                .update();
        history.duplicates(40, "a", Duration.ofSeconds(10));
        jdbc.sql("""
                        update inbox.duplicate_deliveries
                           set same_payload = false, payload = 'null', payload_raw = 'x', source_address = '203.119.0.1',
                               since_first = interval '-1.000001 seconds'
                         where event_id = 'a-40-7'
                        """).update();
        jdbc.sql("update inbox.duplicate_deliveries set recorded_at = recorded_at - interval '60 days'")
                .update();
        history.seal();
        jdbc.sql("create table events_before as select * from inbox.processed_events")
                .update();
        jdbc.sql("create table duplicates_before as select * from inbox.duplicate_deliveries")
                .update();
    }

    @AfterEach
    void noInvariantIsBroken() {
        Invariants.assertNoRow(jdbc);
    }

    @Test
    void everyDayIsAFileWithItsRowsAndChecksum() throws Exception {
        assertThat(run("batch-size=7").outcome()).isEqualTo(CleanupOutcome.COMPLETED);

        assertThat(files())
                .extracting(f -> f.getFileName().toString().replaceAll("-[0-9a-f]{8}-.*?\\.", " "))
                .containsExactly(
                        "duplicate_deliveries-" + day(100) + " jsonl.gz",
                        "processed_events-" + day(40) + " jsonl.gz",
                        "processed_events-" + day(39) + " jsonl.gz");
        for (Path file : files()) {
            List<String> recorded = jdbc.sql("""
                            select distinct sum(archive_rows) over () || ' ' || sum(rows_removed) over () || ' ' || archive_sha256
                              from inbox.audit_cleanups where archive_file = :file
                            """)
                    .param("file", file.getFileName().toString())
                    .query(String.class)
                    .list();
            long lines = lines(file).size();
            assertThat(recorded)
                    .containsExactly(lines + " " + lines + " "
                            + HexFormat.of()
                                    .formatHex(
                                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(history.count("processed_events")).isZero();
    }

    @Test
    void everythingComesBackAsItWas() throws Exception {
        run();
        List<RestoredFile> restored = restoreAll();
        assertThat(restored).allSatisfy(file -> {
            assertThat(file.isKnown()).isTrue();
            assertThat(file.added()).isEqualTo(file.rows()).isPositive();
        });
        assertThat(different("events_before", "inbox.restored_events")).isZero();
        assertThat(different("duplicates_before", "inbox.restored_duplicates")).isZero();
        for (Path file : files()) {
            assertThat(restore().differences(file)).isEmpty();
        }
        jdbc.sql("update inbox.restored_events set payload = '{}' where event_id = 'a-40-5'")
                .update();
        assertThat(restore().differences(files().get(1)))
                .singleElement()
                .asString()
                .contains("one or more were changed or exchanged");
        jdbc.sql("truncate inbox.restored_events").update();
        restoreAll();
        assertThat(jdbc.sql("select payload::text from inbox.restored_events where event_id = 'a-40-7'")
                        .query(String.class)
                        .single())
                .contains("1.10", "123456789012345678901234567890.5");

        assertThat(restoreAll()).as("once more").allSatisfy(file -> assertThat(file.added())
                .isZero());
        assertThat(different("events_before", "inbox.restored_events")).isZero();
    }

    @Test
    void folderThatCannotBeWrittenKeepsEverything() throws Exception {
        Path file = Files.writeString(folder.resolve("no-folder"), "");
        RetentionReport report = run("archive=" + file.resolve("archive"));
        assertThat(report.outcome()).isEqualTo(CleanupOutcome.REFUSED);
        assertThat(report.problems()).hasSize(2).allSatisfy(problem -> assertThat(problem)
                .contains("and later stay. They could not be archived in ", "none of them was removed", "no-folder"));
        assertThat(refusals).containsExactly(Refusal.NOT_ARCHIVED, Refusal.NOT_ARCHIVED);
        assertThat(report.rows()).isZero();
        assertThat(history.count("processed_events")).isEqualTo(160);
        assertThat(history.count("duplicate_deliveries")).isEqualTo(100);
    }

    /** The file is there, but the database does not know it: the next run writes it again. */
    @Test
    void crashBetweenTheFileAndTheCommitLosesNothing() throws Exception {
        jdbc.sql("""
                        create function crash() returns trigger language plpgsql as $$
                        begin
                          raise exception 'crash' using errcode = '57P01';
                        end $$
                        """).update();
        jdbc.sql("""
                        create trigger crash before insert on inbox.cleanup_runs for each row when (new.archive_file is not null)
                        execute function crash()
                        """).update();
        try {
            assertThat(run().outcome()).isEqualTo(CleanupOutcome.FAILED);
            assertThat(files()).hasSize(1);
            assertThat(history.count("processed_events")).isEqualTo(160);
            assertThat(history.count("event_seals", "kind = 'removal' and table_name <> ''"))
                    .isZero();
        } finally {
            jdbc.sql("drop trigger crash on inbox.cleanup_runs").update();
            jdbc.sql("drop function crash").update();
        }
        assertThat(run().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(files()).hasSize(4);
        assertThat(restoreAll()).filteredOn(file -> !file.isKnown()).hasSize(1);
        assertThat(different("events_before", "inbox.restored_events")).isZero();
    }

    @Test
    void crashBetweenBatchesLosesNothing() throws Exception {
        CleanupListener crash = new CleanupListener() {
            @Override
            public void removed(String table, long rows) {
                throw new IllegalStateException("crash");
            }
        };
        try (Retention retention = Settings.retention(database, crash, "archive=" + folder, "batch-size=30")) {
            assertThatThrownBy(() -> retention.runOnce(Settings.ORDER)).hasMessage("crash");
        }
        assertThat(history.count("processed_events")).isEqualTo(130);
        assertThat(run().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        restoreAll();
        assertThat(different("events_before", "inbox.restored_events")).isZero();
        assertThat(different("duplicates_before", "inbox.restored_duplicates")).isZero();
    }

    @Test
    void whatACrashLeftUnfinishedIsNoFileAndGoes() throws Exception {
        Path left = Files.writeString(folder.resolve("processed_events-2026-01-01-x.jsonl.gz.unfinished"), "half");
        run();
        assertThat(left).doesNotExist();
        assertThat(files()).hasSize(3);
    }

    @Test
    void somebodyElseWhoRemovesRowsStopsIt() throws Exception {
        CleanupListener other = new CleanupListener() {
            @Override
            public void removed(String table, long rows) {
                jdbc.sql("delete from inbox.processed_events where event_id = 'a-40-99'")
                        .update();
            }

            @Override
            public void refused(Refusal refusal) {
                refusals.add(refusal);
            }
        };
        try (Retention retention = Settings.retention(database, other, "archive=" + folder, "batch-size=30")) {
            RetentionReport report = retention.runOnce(Settings.ORDER);
            assertThat(report.problems())
                    .singleElement()
                    .asString()
                    .contains("110 rows were archived in ", "but 109 were there to be removed");
        }
        assertThat(refusals).containsExactly(Refusal.NOT_ARCHIVED);
        assertThat(history.count("processed_events")).as("the next day stays").isEqualTo(50);
        history.empty(); // the invariants have found it, too
    }

    /** The other types of the day are archived and removed by themselves. */
    @Test
    void dayOfWhichATypeIsRefusedIsArchivedWithoutIt() throws Exception {
        jdbc.sql("delete from inbox.processed_events where event_id = 'b-40-3'").update();
        RetentionReport report = run();
        assertThat(report.outcome()).isEqualTo(CleanupOutcome.REFUSED);
        restoreAll();
        assertThat(history.count("restored_events", "event_type = 'a'")).isEqualTo(150);
        assertThat(history.count("restored_events", "event_type = 'b'")).isZero();
        assertThat(history.count("processed_events")).isEqualTo(9);
        assertThat(jdbc.sql(Invariants.sql("sealed_rows_miscounted")).query().listOfRows())
                .hasSize(1);
        history.empty();
    }

    @Test
    void fileThatWasChangedIsNotLoaded() throws Exception {
        run();
        Path file = files().get(1);
        byte[] good = Files.readAllBytes(file);
        var changed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(changed)) {
            out.write(String.join("\n", lines(file)).replace("ding1", "ding2").getBytes(UTF_8));
        }
        Files.write(file, changed.toByteArray());
        refused(file, "is not the file that was archived");

        byte[] damaged = good.clone();
        damaged[damaged.length / 2] ^= 1;
        refused(Files.write(folder.resolve("unknown-1.jsonl.gz"), damaged), "is damaged");
        refused(
                Files.write(folder.resolve("unknown-2.jsonl.gz"), java.util.Arrays.copyOf(good, good.length - 20)),
                "is damaged");
        refused(Files.writeString(folder.resolve("unknown-3.jsonl.gz"), "no gzip"), "is damaged");
        var other = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(other)) {
            out.write("{\"table\":\"users\"}\n".getBytes(UTF_8));
        }
        refused(Files.write(folder.resolve("unknown-4.jsonl.gz"), other.toByteArray()), "is not an archive");
        assertThat(jdbc.sql("select to_regclass('inbox.restored_events') is null")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    private void refused(Path file, String why) {
        assertThatThrownBy(() -> restore().load(file))
                .isInstanceOf(InvalidArchive.class)
                .hasMessageContaining(why);
    }

    private RetentionReport run(String... properties) {
        CleanupListener listener = new CleanupListener() {
            @Override
            public void refused(Refusal refusal) {
                refusals.add(refusal);
            }
        };
        String[] all = Stream.concat(Stream.of("archive=" + folder), Stream.of(properties))
                .toArray(String[]::new);
        try (Retention retention = Settings.retention(database, listener, all)) {
            return retention.runOnce(Settings.ORDER);
        }
    }

    private Restore restore() {
        return new Restore(database.dataSource(), TestSeals.KEYS);
    }

    private List<RestoredFile> restoreAll() throws IOException {
        Restore restore = restore();
        List<RestoredFile> restored = new ArrayList<>();
        for (Path file : files()) {
            restored.add(restore.load(file));
        }
        return restored;
    }

    /** Rows that are in one of them only. */
    private long different(String before, String restored) {
        return jdbc.sql(
                        "select count(*) from ((table %1$s except all table %2$s) union all (table %2$s except all table %1$s)) d"
                                .formatted(before, restored))
                .query(Long.class)
                .single();
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jsonl.gz"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try (var in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }

    private String day(int daysAgo) {
        return history.day(daysAgo).toString().substring(0, 10);
    }
}
