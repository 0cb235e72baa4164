package io.github.dingtalkinbox.internal.queue;

import static io.github.dingtalkinbox.internal.identity.TestEvents.unordered;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table of SQLSTATEs in dead-letters.md is what the queue does, with errors that PostgreSQL itself has reported. */
class RemedyPostgresTest extends QueueFixture {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.*) \\|$");
    private static final Pattern CODE = Pattern.compile("`([0-9A-Z]{2}|[0-9A-Z]{5})`");
    private static final String OTHERS = "";
    private static final String STALE_PLAN = "RevalidateCachedQuery";
    private static final List<String> DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            .chars()
            .mapToObj(Character::toString)
            .toList();

    private static final Map<String, Remedy> ENGLISH =
            Map.of("yes", Remedy.RETRY, "for 10 minutes", Remedy.DEPLOYMENT, "no", Remedy.OPERATOR);
    private static final Map<String, Remedy> CHINESE =
            Map.of("是", Remedy.RETRY, "10 分钟内", Remedy.DEPLOYMENT, "否", Remedy.OPERATOR);

    /** By the code in the table, what PostgreSQL answers with it. The others would need a second session, or a pooler. */
    private static final Map<String, String> PROVOKED = Map.ofEntries(
            entry("22", "select cast('x' as integer)"),
            entry("42", "selct 1"),
            entry("42P01", "select from missing"),
            entry("42703", "select missing from effects"),
            entry("42883", "select missing()"),
            entry("42501", "set local role pg_monitor; select from effects"),
            entry("42P05", "prepare twice as select 1; prepare twice as select 1"),
            entry("26", "execute never_prepared"),
            entry("0A", "select distinct place from effects for update"),
            entry(
                    "0A000",
                    "create table altered (a integer); prepare stale as select * from altered; execute stale;"
                            + " alter table altered add b integer; execute stale"),
            entry(
                    "23",
                    "alter table effects add unique (event_id); insert into effects (event_id) values ('a'), ('a')"),
            entry("40", raising("40001")),
            entry("08", raising("08P01")),
            entry(
                    "53",
                    "set local work_mem = '64kB'; set local temp_file_limit = '64kB';"
                            + " select count(*) from (select from generate_series(1, 100000) i order by i desc) sorted"),
            entry("57", "set local statement_timeout = '10ms'; select pg_sleep(10)"),
            entry("58", "select pg_read_file('/there/is/no/such/file')"),
            entry("25", "set transaction read only; insert into effects (event_id) values ('a')"),
            entry("55", "create sequence unused; select currval('unused')"),
            entry("P0", "do $$ begin raise exception 'its own'; end $$"),
            entry(OTHERS, "select (values (1), (2))"));

    static final List<Row> TABLE = table("dead-letters.md", ENGLISH);
    static final List<String> CODES =
            TABLE.stream().flatMap(row -> row.codes().stream()).toList();

    private final Event event = unordered("failing");

    RemedyPostgresTest(TestDatabase database) {
        super(database);
    }

    @ParameterizedTest
    @FieldSource("CODES")
    void theQueueDoesWhatTheTableSays(String code) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        JdbcTemplate handler = new JdbcTemplate(database.dataSource());
        Worker worker = worker(queueing(e -> {
            try {
                handler.execute(Objects.requireNonNull(PROVOKED.get(code)));
            } catch (DataAccessException reported) {
                failure.set(reported);
                throw reported;
            }
        }));
        enqueue(event);

        TestQueue.runOnce(worker, 1);

        assertThat(SqlStates.of(Objects.requireNonNull(failure.get())))
                .hasValueSatisfying(state -> assertThat(state).startsWith(code));
        assertThat(effects()).isEmpty();
        assertThat(count("ordering_leases")).isZero();
        Remedy remedy = row(code).remedy();
        assertThat(queued(event)).containsEntry("state", remedy == Remedy.OPERATOR ? "dead" : "retrying");
        failedMinutesAgo(9);
        TestQueue.runOnce(worker, 1);
        assertThat(queued(event)).containsEntry("state", remedy == Remedy.OPERATOR ? "dead" : "retrying");
        failedMinutesAgo(10);
        TestQueue.runOnce(worker, 1);
        assertThat(queued(event)).containsEntry("state", remedy == Remedy.RETRY ? "retrying" : "dead");
    }

    /** As if the first attempt had failed then; the next one is due. */
    private void failedMinutesAgo(int minutes) {
        jdbc.sql("update inbox.failed_attempts set failed_at = now() - make_interval(mins => ?) where attempt = 1")
                .param(minutes)
                .update();
        makeDue();
    }

    /** All classes, and of the one that is divided, all codes. */
    @Test
    void theTableSaysWhatTheCodeDoes() {
        List<String> states = new ArrayList<>(CODES);
        states.removeIf(code -> code.length() < 5);
        for (String first : DIGITS) {
            for (String second : DIGITS) {
                states.add(first + second + "000");
                for (String third : DIGITS) {
                    states.add("42" + first + second + third);
                }
            }
        }

        assertThat(states).allSatisfy(state -> assertThat(Remedy.of(new SQLException("told by its state alone", state)))
                .as(state)
                .isEqualTo(rowOf(state).remedy()));
    }

    @Test
    void theChineseTableSaysTheSame() {
        assertThat(table("dead-letters.zh-CN.md", CHINESE)).isEqualTo(TABLE);
    }

    /** After a replay, the time begins anew. */
    @Test
    void aReplayedEventHasTenMinutesAgain() throws Exception {
        Worker worker =
                worker(queueing(e -> jdbc.sql("select from missing").query().listOfRows()));
        enqueue(event);
        TestQueue.runOnce(worker, 1);
        failedMinutesAgo(10);
        TestQueue.runOnce(worker, 1);
        assertThat(queued(event)).containsEntry("state", "dead").containsEntry("attempts", 2);

        jdbc.sql("update inbox.queued_events set state = 'pending', attempts = 0, next_attempt_at = now()")
                .update();
        for (int attempt = 1; attempt <= 2; attempt++) {
            TestQueue.runOnce(worker, 1);
            assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", attempt);
            makeDue();
        }
    }

    /** The driver names a statement that it has often run, and PostgreSQL keeps its columns with the name. */
    @Test
    void aTableThatIsAlteredBetweenTwoEventsCostsAnAttempt() throws Exception {
        jdbc.sql("create table widened (a integer)").update();
        try (TestDatabase oneSession = database.another()) {
            oneSession.dataSource().setMaximumPoolSize(1);
            Node node = Node.on(oneSession)
                    .queueing()
                    .handlers(effects(oneSession), doing(e -> {
                        for (int read = 0; read < 10; read++) {
                            oneSession
                                    .jdbc()
                                    .sql("select * from widened")
                                    .query()
                                    .listOfRows();
                        }
                    }))
                    .build();
            Event before = unordered("before");
            enqueue(before);
            TestQueue.runOnce(worker(node), 1);
            jdbc.sql("alter table widened add b integer").update();
            enqueue(event);

            TestQueue.runOnce(worker(node), 1);
            assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
            makeDue();
            TestQueue.runOnce(worker(node), 1);

            assertThat(effects()).containsExactly(ids(before, event));
        }
    }

    private static Row row(String named) {
        return TABLE.stream()
                .filter(row -> row.codes().contains(named))
                .findFirst()
                .orElseThrow();
    }

    /** A full code has precedence over its class, and that over all others. */
    private static Row rowOf(String state) {
        return Stream.of(state, state.substring(0, 2), OTHERS)
                .flatMap(named -> TABLE.stream().filter(row -> row.codes().contains(named)))
                .filter(row -> !row.isOfStalePlan())
                .findFirst()
                .orElseThrow();
    }

    private static List<Row> table(String page, Map<String, Remedy> answers) {
        try {
            List<Row> table = ROW.matcher(Files.readString(Path.of("src/docs", page)))
                    .results()
                    .map(row -> row.group(1).split(" ?\\| ", -1))
                    .filter(cells -> cells.length == 4 && answers.containsKey(cells[2]))
                    .map(cells -> new Row(
                            codes(cells[0]),
                            cells[0].contains(STALE_PLAN),
                            Objects.requireNonNull(answers.get(cells[2]))))
                    .toList();
            assertThat(table).hasSizeGreaterThan(10);
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> codes(String cell) {
        List<String> codes =
                CODE.matcher(cell).results().map(code -> code.group(1)).toList();
        return codes.isEmpty() ? List.of(OTHERS) : codes;
    }

    private static String raising(String state) {
        return "do $$ begin raise exception 'as if' using errcode = '" + state + "'; end $$";
    }

    /** Of the table. */
    record Row(List<String> codes, boolean isOfStalePlan, Remedy remedy) {}
}
