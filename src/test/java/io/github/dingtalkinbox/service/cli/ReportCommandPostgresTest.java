package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command as a person calls it; what reports answer is the matter of their own test. */
@Postgres
class ReportCommandPostgresTest {
    private static final Instant NOW = Instant.parse("2026-11-24T03:04:05Z");

    private final TestDatabase database;
    private final JdbcClient jdbc;

    ReportCommandPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void actions() {
        jdbc.sql("truncate inbox.operator_actions").update();
        action("2026-11-23T16:30:00.5Z", "张伟", "said: \"wrong, 已修复\"\nby phone");
        action("2026-11-20T01:00:00Z", "li", "tried");
        action("2026-11-10T01:00:00Z", "li", "too old");
    }

    @Test
    void withoutANameItListsTheQuestions() {
        Ran ran = run("audit", "report");
        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .containsPattern(
                        "(?m)^duplicates_by_day +How many deliveries were duplicates, per day, app and event type\\?$")
                .contains("slow_handlers", "table_growth");
    }

    @Test
    void aTableIsAlignedAndSaysHowToReadIt() {
        Ran ran = report("operator-actions", "--time-zone", "Asia/Shanghai");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .contains(
                        "What did operators do with single events, why, and from where?",
                        "From 2026-11-17T11:04:05+08:00 to 2026-11-24T11:04:05+08:00, times in Asia/Shanghai.",
                        "2026-11-24 00:30:00.500  张伟      replay  check_in    default:x  dead                        1"
                                + "  said: \"wrong, 已修复\"\\u000aby phone  here",
                        "2026-11-20 09:00:00.000  li        replay  check_in    default:x  dead                        1"
                                + "  tried                                here")
                .noneMatch(line -> line.contains("too old"));
    }

    @Test
    void csvIsThatOfTheRfc() {
        Ran ran = report("operator_actions", "--format=csv", "--time-zone=+08:00", "--from=2026-11-23");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out())
                .isEqualTo("acted_at,operator,action,event_type,event_id,state_before,attempts_before,reason,origin\r\n"
                        + "2026-11-24T00:30:00.5+08:00,张伟,replay,check_in,default:x,dead,1,"
                        + "\"said: \"\"wrong, 已修复\"\"\nby phone\",here\r\n");
    }

    @Test
    void csvCalculatesNothingAndSteersNoTerminal() {
        action("2026-11-23T17:00:00Z", "=1+1", "=cmd|'/c calc'!A1\u001b[2J");

        assertThat(report("operator_actions", "--format=csv").out())
                .contains(",'=1+1,replay,", ",'=cmd|'/c calc'!A1\\u001b[2J,")
                .doesNotContain("\u001b", ",=");
    }

    @Test
    void jsonIsAnArray() {
        Ran ran = report("operator_actions", "--format=json", "--time-zone=UTC", "--to=2026-11-23");
        JsonNode rows = new JsonMapper().readTree(ran.out());
        assertThat(rows.size()).isEqualTo(1);
        assertThat(rows.get(0).get("acted_at").asString()).isEqualTo("2026-11-20T01:00:00Z");
        assertThat(rows.get(0).get("attempts_before").isNumber()).isTrue();
        assertThat(rows.get(0).get("reason").asString()).isEqualTo("tried");

        assertThat(new JsonMapper()
                        .readTree(report("dead_letters", "--format=json").out()))
                .isEmpty();
    }

    @Test
    void whatIsWrongIsExplained() {
        refused(report("duplicate_by_days"), "There is no report \"duplicate_by_days\"", "duplicates_by_day");
        refused(report("slow"), "There are: ", " slow_handlers, ");
        refused(report("traffic", "--format=xml"), "--format must be table, csv or json, but is \"xml\"");
        refused(report("traffic", "--time-zone=Mars"), "--time-zone is unknown: \"Mars\"");
        refused(report("traffic", "--from=yesterday"), "--from is not a time: \"yesterday\"");
        refused(report("traffic", "--from=2026-12-01"), "--from must be before --to");
        refused(report("traffic", "more"), "Unmatched argument: 'more'");
        refused(report("traffic", "--form=csv"), "Unknown option: '--form=csv'");
        refused(
                run("audit", "report", "traffic", "--spring.datasource.url=jdbc:postgresql://localhost:1/x"),
                "cannot be reached");
    }

    private void action(String at, String operator, String reason) {
        jdbc.sql("""
                        insert into inbox.operator_actions (event_id, corp_id, event_type, action, state_before, attempts_before,
                                                      operator, origin, reason, acted_at)
                        values ('default:x', 'ding1', 'check_in', 'replay', 'dead', 1, :operator, 'here', :reason,
                                cast(:at as timestamptz))
                        """)
                .param("operator", operator)
                .param("reason", reason)
                .param("at", at)
                .update();
    }

    private static void refused(Ran ran, String... says) {
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(says).doesNotContain("\tat ");
        assertThat(ran.out()).isEmpty();
    }

    private Ran report(String... arguments) {
        List<String> args = new ArrayList<>(List.of("audit", "report"));
        args.addAll(List.of(arguments));
        args.addAll(List.of(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password()));
        return run(args.toArray(String[]::new));
    }

    private static Ran run(String... args) {
        return Ran.of(Map.of(), Clock.fixed(NOW, ZoneOffset.UTC), args);
    }
}
