package io.github.dingtalkinbox.internal.sqlfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Postgres(messagesInEnglish = true)
class SqlFilePostgresTest {
    private static final String COUNT_MANY = """
            -- many
            insert into seen as s (id, n)
            select payload->>'processInstanceId', count(*) from event group by 1
            on conflict (id) do update set n = s.n + excluded.n
            """;
    private static final String COUNT_MANY_UNAGGREGATED = """
            -- many
            insert into seen as s (id, n)
            select payload->>'processInstanceId', 1 from event
            on conflict (id) do update set n = s.n + 1
            """;

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    SqlFilePostgresTest(TestDatabase database) {
        dataSource = database.dataSource();
        jdbc = database.jdbc();
        transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    @BeforeEach
    void createTables() {
        jdbc.sql("drop table if exists seen, log, 审批").update();
        jdbc.sql("create table seen (id text primary key, n int not null check (n < 1000))")
                .update();
        jdbc.sql("create table log (line text)").update();
    }

    @Test
    void anInsertReadsEveryColumnOfTheEvent() throws SQLException {
        run("""
            insert into log
            select concat_ws('|', app, corp_id, event_id, event_type, extract(epoch from occurred_at)::bigint,
                             pg_typeof(received_at), payload->>'title')
              from event
            """, event("e1", "PI-1"));

        assertThat(log())
                .containsExactly(
                        "default|ding1|default:e1|bpms_instance_change|1790000000|timestamp with time zone|张三");
    }

    @Test
    void aTimeThatIsNotKnownOrNonsenseIsNull() throws SQLException {
        run(
                "insert into log select 'null' from event where occurred_at is null",
                TestEvents.event("{\"EventType\": \"bpms_instance_change\"}"),
                TestEvents.event("{\"EventType\": \"bpms_instance_change\", \"EventTime\": 9223372036854775807}"));

        assertThat(log()).containsExactly("null", "null");
    }

    @Test
    void anUpdateADeleteAndAMergeWork() throws SQLException {
        jdbc.sql("insert into seen values ('PI-1', 1), ('PI-2', 1)").update();

        run("update seen set n = n + 1 from event where id = payload->>'processInstanceId';", event("e1", "PI-1"));
        assertThat(seen()).containsExactly("PI-1=2", "PI-2=1");

        run("delete from seen using event where id = payload->>'processInstanceId'", event("e1", "PI-2"));
        assertThat(seen()).containsExactly("PI-1=2");

        run("""
            merge into seen using event on id = payload->>'processInstanceId'
            when matched then update set n = n + 1
            when not matched then insert values (payload->>'processInstanceId', 1)
            """, event("e1", "PI-1"));
        assertThat(seen()).containsExactly("PI-1=3");
    }

    @Test
    void aSelectCanCallAFunction() throws SQLException {
        jdbc.sql(
                        "create or replace function note(e jsonb) returns void language sql as $$ insert into log values (e->>'title') $$")
                .update();

        run("select note(payload) from event", event("e1", "PI-1"));

        assertThat(log()).containsExactly("张三");
    }

    @Test
    void aLeadingWithIsJoinedToOurs() throws SQLException {
        run("""
            /* one */ WITH -- two
              id as (select payload->>'processInstanceId' as id from event),
              noted as (insert into log select id from id returning line)
            insert into seen select line, 1 from noted
            """, event("e1", "PI-1"));

        assertThat(log()).containsExactly("PI-1");
        assertThat(seen()).containsExactly("PI-1=1");
    }

    @Test
    void aLeadingWithRecursiveIsJoinedToOurs() throws SQLException {
        run("""
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 3)
            insert into log select event_id || i from event, n
            """, event("e1", "PI-1"));

        assertThat(log()).containsExactly("default:e11", "default:e12", "default:e13");
    }

    @Test
    void questionMarkOperatorsWork() throws SQLException {
        run("""
            -- does it? yes
            insert into log
            select concat(payload ? 'title', payload ?| array['no', 'title'], payload ?& array['no', 'title'],
                          payload @? '$.title', '?', E'\\'?', $a$?$a$, 1 /* ? /* ? */ ? */)
              from event where payload ? 'title' -- ?
            """, event("e1", "PI-1"));

        assertThat(log()).containsExactly("ttft?'??1");
    }

    @Test
    void aSyntaxErrorIsShownInTheFile() {
        assertThatThrownBy(() -> check("-- 审批 🙏\r\ninsert into log\r\n  selct payload ? 'a' from event\r\n"))
                .isInstanceOf(InvalidSqlFile.class)
                .hasMessage("""
                        handlers/bpms_instance_change.sql:3:3: syntax error at or near "selct" [42601]
                              selct payload ? 'a' from event
                              ^""");
    }

    @Test
    void aTableThatDoesNotExistIsShownInTheFile() {
        assertThatThrownBy(() -> check("with x as (select payload ? '审批🙏' from event) insert into 审批 select 1\n"))
                .hasMessage("""
                        handlers/bpms_instance_change.sql:1:59: relation "审批" does not exist [42P01]
                            with x as (select payload ? '审批🙏' from event) insert into 审批 select 1
                        """ + "    " + " ".repeat(29) + "\u3000".repeat(3) + " ".repeat(26) + "^");
    }

    @Test
    void anErrorAtTheEndIsShownInTheFile() {
        assertThatThrownBy(() -> check("insert into log\nselect event_id from event where\n"))
                .hasMessageStartingWith(
                        "handlers/bpms_instance_change.sql:2:33: syntax error at end of input [42601]\n");
    }

    @Test
    void aHintIsPassedOn() {
        assertThatThrownBy(() -> check("insert into log select even_id from event"))
                .hasMessageContaining("bpms_instance_change.sql:1:24: column \"even_id\" does not exist [42703]")
                .hasMessageContaining("Hint: Perhaps you meant to reference the column \"event.event_id\".");
    }

    @Test
    void whatOnlyPlanningFindsStopsTheStartToo() {
        assertThatThrownBy(() -> check("insert into log select event_id from event on conflict (line) do nothing"))
                .hasMessageContaining("[42P10]");
    }

    @Test
    void theCheckLeavesNothingBehind() throws SQLException {
        check("insert into log select event_id from event");
        check(COUNT_MANY);

        assertThat(log()).isEmpty();
        assertThat(seen()).isEmpty();
    }

    @Test
    void allBrokenFilesAreNamed() {
        List<SqlFile> files = List.of(
                SqlFile.parse("a", new SourceFile("a.sql", "select x from event")),
                SqlFile.parse("b", new SourceFile("b.sql", "select event_id from event")),
                SqlFile.parse("c", new SourceFile("c.sql", "select y from event")));

        assertThatThrownBy(() -> new SqlFileCheck(dataSource).check(files, List.of()))
                .hasMessageContainingAll("a.sql:1:8: column \"x\"", "c.sql:1:8: column \"y\"");
    }

    @Test
    void manyEventsOfOneRowAreAllCounted() throws SQLException {
        List<Event> events = IntStream.range(0, 100)
                .mapToObj(i -> event("e" + i, "PI-" + i % 2))
                .toList();

        SqlFile file = check(COUNT_MANY);
        new SqlFileBatchHandler(new SqlFiles(List.of(file)).byType(true), dataSource).handleAll(events);

        assertThat(seen()).containsExactly("PI-0=50", "PI-1=50");
    }

    @Test
    void manyWithoutAggregationStopsTheStartWithAdvice() {
        assertThatThrownBy(() -> check(COUNT_MANY_UNAGGREGATED))
                .isInstanceOf(InvalidSqlFile.class)
                .hasMessageStartingWith(
                        "handlers/bpms_instance_change.sql: ON CONFLICT DO UPDATE command cannot affect row")
                .hasMessageContaining("aggregate them per row first");
        assertThatThrownBy(() -> check("-- many\ninsert into log values ((select event_id from event))"))
                .hasMessageContaining("aggregate them per row first");
    }

    @Test
    void withoutManyTheSameStatementIsFine() throws SQLException {
        run(COUNT_MANY_UNAGGREGATED.replace("-- many\n", ""), event("e1", "PI-1"), event("e2", "PI-1"));

        assertThat(seen()).containsExactly("PI-1=2");
    }

    @Test
    void madeUpDataThatTheTablesRefuseDoesNotStopTheStart() {
        assertThatCode(() -> check("-- many\ninsert into seen select event_id, 5000 from event"))
                .doesNotThrowAnyException();
        assertThatCode(() -> check("-- many\ninsert into seen select event_id, (payload->>'title')::int from event"))
                .doesNotThrowAnyException();
    }

    @Test
    void theTwoKindsOfFilesAreTwoHandlers() throws SQLException {
        SqlFiles files = new SqlFiles(List.of(
                SqlFile.parse("bpms_instance_change", new SourceFile("a.sql", COUNT_MANY)),
                SqlFile.parse("check_in", new SourceFile("b.sql", "select 1"))));
        Event many = event("e1", "PI-1");
        Event one = TestEvents.event("{\"EventType\": \"check_in\"}");
        Event none = TestEvents.event("{\"EventType\": \"user_add_org\"}");

        assertThat(List.of(many, one, none))
                .filteredOn(new SqlFileHandler(files.byType(false), dataSource)::handles)
                .containsExactly(one);
        assertThat(List.of(many, one, none))
                .filteredOn(new SqlFileBatchHandler(files.byType(true), dataSource)::handles)
                .containsExactly(many);
    }

    @Test
    void anErrorWhileRunningNamesTheFileAndRollsEverythingBack() {
        SqlFile first = parse("insert into log select event_id from event");
        SqlFile second = parse("insert into seen\nselect payload->>'processInstanceId', 5000 from event");
        SqlFile third = parse("insert into seen\nselect 'x',\n  (payload->>'title')::int from event");

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    handle(first, event("e1", "PI-1"));
                    handle(second, event("e1", "PI-1"));
                }))
                .isInstanceOf(SqlFileFailed.class)
                .hasMessageStartingWith(
                        "handlers/bpms_instance_change.sql: new row for relation \"seen\" violates check"
                                + " constraint \"seen_n_check\" [23514]")
                .hasCauseInstanceOf(SQLException.class);
        assertThatThrownBy(() -> handle(third, event("e1", "PI-1")))
                .hasMessageContaining("invalid input syntax for type integer: \"张三\" [22P02]");
        assertThat(log()).isEmpty();
    }

    @Test
    void aTableThatWasDroppedLaterIsShownInTheFile() throws SQLException {
        SqlFile file = check("insert into log\nselect event_id from event");
        jdbc.sql("drop table log").update();

        assertThatThrownBy(() -> handle(file, event("e1", "PI-1")))
                .isInstanceOf(SqlFileFailed.class)
                .hasMessage("""
                        handlers/bpms_instance_change.sql:1:13: relation "log" does not exist [42P01]
                            insert into log
                                        ^""");
    }

    @Test
    void theStatementJoinsTheTransactionOfTheThread() {
        SqlFile file = parse("insert into log select event_id from event");

        transaction.executeWithoutResult(status -> {
            handle(file, event("e1", "PI-1"));
            assertThat(log()).containsExactly("default:e1");
            status.setRollbackOnly();
        });

        assertThat(log()).isEmpty();
    }

    private void run(String text, Event... events) throws SQLException {
        SqlFile file = check(text);
        for (Event event : events) {
            handle(file, event);
        }
    }

    private void handle(SqlFile file, Event event) {
        new SqlFileHandler(new SqlFiles(List.of(file)).byType(false), dataSource).handle(event);
    }

    private SqlFile check(String text) throws SQLException {
        SqlFile file = parse(text);
        new SqlFileCheck(dataSource).check(List.of(file), List.of());
        return file;
    }

    private static SqlFile parse(String text) {
        return SqlFile.parse("bpms_instance_change", new SourceFile("handlers/bpms_instance_change.sql", text));
    }

    private static Event event(String id, String instance) {
        return TestEvents.event("""
                {"EventType": "bpms_instance_change", "EventTime": 1790000000123, "CorpId": "ding1", "eventId": "%s",
                 "processInstanceId": "%s", "title": "张三"}
                """.formatted(id, instance));
    }

    private List<String> log() {
        return jdbc.sql("select line from log order by line")
                .query(String.class)
                .list();
    }

    private List<String> seen() {
        return jdbc.sql("select id || '=' || n from seen order by id")
                .query(String.class)
                .list();
    }
}
