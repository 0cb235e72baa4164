package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.CleanupOrder;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.retention.RetentionProperties;
import io.github.dingtalkinbox.internal.retention.RetentionReport;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A legal hold, from the command to what the cleanup leaves. */
@Postgres
class HoldCommandPostgresTest {
    private final TestDatabase database;
    private final History history;

    HoldCommandPostgresTest(TestDatabase database) {
        this.database = database;
        this.history = new History(database);
    }

    @BeforeEach
    void fill() {
        history.empty()
                .events(40, "a", 10)
                .events(40, "b", 10)
                .events(39, "a", 10)
                .duplicates(40, "a", Duration.ofSeconds(1));
        for (String table : new String[] {"processed_events", "duplicate_deliveries"}) {
            database.jdbc()
                    .sql("update inbox." + table + " set corp_id = 'ding2' where event_id like '%-40-1'")
                    .update();
        }
        database.jdbc()
                .sql(
                        "update inbox.processed_events set payload = '{\"processInstanceId\": \"p1\"}' where event_id = 'a-40-3'")
                .update();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--approval=p1               | event_id = 'a-40-3'",
                "--corp=ding2                | corp_id = 'ding2'",
                "--type=b                    | event_type = 'b'",
                "--corp=ding2 --type=b       | event_type = 'b' and corp_id = 'ding2'",
                "--approval=p1 --corp=ding2  | false",
                "--to=%s --type=a            | event_type = 'a' and event_id like '%%-40-%%'",
                "--from=%s                   | event_id like '%%-39-%%'"
            })
    void whatIsHeldStaysUntilItIsReleased(String options, String kept) {
        boolean isSealed = !options.contains("corp");
        if (isSealed) {
            history.seal();
        }
        long held = history.count("processed_events", kept.formatted());
        List<String> words = new ArrayList<>(List.of("hold", "place", "--reason=case 7", "--operator=maria"));
        words.addAll(List.of(options.formatted(history.day(39)).split(" ")));
        Ran placed = run(words.toArray(String[]::new));
        assertThat(placed.code()).as(placed.err()).isZero();
        String hold = placed.out().replaceAll("(?s)Placed the hold (.*)\\..*", "$1");

        for (int night = 0; night < 2; night++) {
            assertThat(clean().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
            assertThat(history.count("processed_events", kept.formatted())).isEqualTo(held);
            assertThat(history.count("processed_events")).isEqualTo(held);
            Invariants.assertNoRow(database.jdbc());
        }
        assertThat(history.count("duplicate_deliveries"))
                .as("duplicates of what is held")
                .isEqualTo(history.count("processed_events", "event_id like 'a-40-%'"));

        assertThat(run("hold", "list").out()).contains(hold, "case 7", "maria");
        assertThat(run("hold", "release", hold, "--reason=settled").code()).isZero();
        assertThat(run("hold", "release", hold, "--reason=settled").code()).isEqualTo(1);
        assertThat(clean().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(history.count("processed_events")).isZero();
        Invariants.assertNoRow(database.jdbc());
        assertThat(run("audit", "report", "legal_holds").out()).contains(hold, "settled");
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThat(run("hold", "place", "--reason=x").err()).contains("Say what to keep");
        assertThat(run("hold", "place", "--type=a").err()).contains("Give a reason");
        assertThat(run("hold", "place", "--reason=x", "--from=2026-02-01", "--to=2026-01-01")
                        .err())
                .contains("--from must be before --to");
        assertThat(run("hold", "release", "17", "--reason=x").code()).isEqualTo(2);
        assertThat(run("hold", "list").out()).contains("There are no legal holds.");
    }

    private RetentionReport clean() {
        RetentionProperties properties = new RetentionProperties(
                Duration.ofDays(30), Duration.ofDays(30), List.of(), "-", null, 3, Duration.ZERO, null, null);
        try (Retention retention =
                Retention.on(database.dataSource(), properties, TestSeals.KEYS, "node", CleanupListener.NONE)) {
            return retention.runOnce(new CleanupOrder("schedule", "node", "schedule", null));
        }
    }

    private Ran run(String... words) {
        return Ran.on(database, words);
    }
}
