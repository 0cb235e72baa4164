package io.github.dingtalkinbox.service.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.seal.SealFixture;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anyone who may write to the database, but has no key, is found out. */
@Postgres
class SealVerificationPostgresTest {
    private static final String TASK_AT_1 = "processed_events, hour 2025-03-04T01:00:00Z, type task, seal 2";
    private static final String NONE_AT_2 = "processed_events, hour 2025-03-04T02:00:00Z, no type, seal 3";
    private static final String TASK_AT_3 = "processed_events, hour 2025-03-04T03:00:00Z, type task, seal 4";

    private final SealFixture log;

    SealVerificationPostgresTest(TestDatabase database) {
        this.log = new SealFixture(database);
    }

    @BeforeEach
    void seal() {
        log.event("i-1", "instance", "2025-03-04T01:30:00Z");
        log.event("t-1", "task", "2025-03-04T01:00:00Z");
        log.event("t-2", "task", "2025-03-04T01:59:59Z");
        log.event("t-3", "task", "2025-03-04T03:30:00Z");
        log.clock("2025-03-04T04:10:00Z");
        log.seal(SealFixture.KEY);
        log.event("t-4", "task", "2025-03-04T04:01:00Z"); // not sealed yet
        assertThat(log.verify()).isEmpty();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aChangeOfAnyColumnIsFound() {
        List<Map<String, Object>> columns = log.jdbc()
                .sql("select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute"
                        + " where attrelid = 'inbox.processed_events'::regclass and attnum > 0 and not attisdropped")
                .query()
                .listOfRows();
        assertThat(columns).hasSizeGreaterThanOrEqualTo(12);
        for (Map<String, Object> column : columns) {
            String name = String.valueOf(column.get("name"));
            String changed =
                    switch (String.valueOf(column.get("type"))) {
                        case "text" -> name.equals("transport") ? "'poll'" : "coalesce(" + name + ", '') || 'x'";
                        case "timestamp with time zone" -> "coalesce(" + name + ", now()) + interval '1 microsecond'";
                        case "jsonb" -> name + " || '{\"b\": 1.5}'"; // equal to jsonb, which had 1.50
                        case "bytea" -> "coalesce(set_byte(" + name + ", 31, 7), '')"; // null to empty
                        default -> throw new AssertionError("A column of another type: " + column);
                    };
            update("create table if not exists kept as select * from inbox.processed_events");
            update("update inbox.processed_events set " + name + " = " + changed + " where event_id = 't-1'");
            assertThat(log.verify()).as(name).isNotEmpty().first().asString().startsWith(TASK_AT_1);
            update("truncate inbox.processed_events");
            update("insert into inbox.processed_events select * from kept");
            assertThat(log.verify()).as("undone").isEmpty();
        }
        update("drop table kept");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "received_at | 'infinity'",
                "occurred_at | '-infinity'",
                "received_at | '0044-03-15 BC'",
                "received_at | '294276-12-31'",
                "payload     | jsonb_build_object(E'\\n', null)"
            })
    void oddValuesAreFoundToo(String column, String value) {
        update("update inbox.processed_events set " + column + " = " + value + " where event_id = 't-3'");
        assertThat(log.verify())
                .containsExactly(TASK_AT_3
                        + ": rows found: 1, but not those that were sealed: one or more were changed or exchanged");
    }

    @Test
    void valuesThatMoveFromOneColumnToTheNextAreFound() {
        update("update inbox.processed_events set app = 'defaultd', corp_id = 'ing1' where event_id = 't-3'");
        assertThat(log.verify()).singleElement().asString().startsWith(TASK_AT_3);
    }

    @Test
    void aRemovedEventIsFound() {
        update("delete from inbox.processed_events where event_id = 't-2'");
        assertThat(log.verify())
                .containsExactly(TASK_AT_1 + ": rows found: 1, 1 fewer than were sealed: removed, or moved to another"
                        + " hour or type");
    }

    @Test
    void allEventsRemovedAreFound() {
        update("truncate inbox.processed_events");
        assertThat(log.verify()).hasSize(3).allMatch(finding -> finding.contains("rows found: 0"));
    }

    @Test
    void anEventAddedToASealedHourIsFound() {
        log.event("t-9", "task", "2025-03-04T01:30:00Z");
        assertThat(log.verify())
                .containsExactly(TASK_AT_1 + ": rows found: 3, 1 more than were sealed: added, or moved from another"
                        + " hour or type");
    }

    @Test
    void anEventAddedToAnEmptyHourIsFound() {
        log.event("t-9", "task", "2025-03-04T02:30:00Z");
        assertThat(log.verify())
                .containsExactly("processed_events, hour 2025-03-04T02:00:00Z, type task: rows without a seal: 1;"
                        + " they were added, or their seal was removed");
    }

    @Test
    void anEventAddedOfATypeThatHadNoneIsFound() {
        log.event("o-9", "other", "2025-03-04T01:30:00Z");
        log.event("o-8", "", "2025-03-04T01:30:00Z");
        assertThat(log.verify())
                .hasSize(2)
                .anyMatch(finding -> finding.startsWith(
                        "processed_events, hour 2025-03-04T01:00:00Z, type other: rows without a seal: 1;"))
                .anyMatch(finding -> finding.startsWith(
                        "processed_events, hour 2025-03-04T01:00:00Z, type : rows without a seal: 1;"));
    }

    @Test
    void eventsBeforeTheFirstHourAndInTheFutureAreFound() {
        log.event("t-8", "task", "2025-03-03T23:00:00Z");
        log.event("t-9", "task", "2025-03-04T05:10:01Z");
        update("update inbox.processed_events set processed_at = 'infinity' where event_id = 't-4'");
        assertThat(log.verify())
                .hasSize(2)
                .anyMatch(finding ->
                        finding.startsWith("Events dated before the first sealed hour, ") && finding.contains(": 1; "))
                .anyMatch(finding ->
                        finding.startsWith("Rows dated more than an hour into the future, which no seal covers: 2;"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "seal        | set_byte(seal, 0, get_byte(seal, 0) # 1)",
                "content     | set_byte(content, 0, get_byte(content, 0) # 1)",
                "row_count   | row_count + 1",
                "event_type  | 'tasc'",
                "hour        | hour - interval '1 year'",
                "sealed_at   | sealed_at + interval '1 microsecond'",
                "sealed_at   | 'infinity'",
                "kind        | 'removed', run_id = gen_random_uuid()",
                "table_name  | 'duplicate_deliveries'",
            })
    void aChangedSealIsFoundAndOnlyThat(String column, String value) {
        update("update inbox.event_seals set " + column + " = " + value + " where seal_number = 2");
        List<String> found = log.verify();
        assertThat(found).isNotEmpty().anyMatch(finding -> finding.contains("seal 2: the seal does not match"));
        assertThat(found).noneMatch(finding -> finding.contains("seal 3") || finding.contains("seal 4"));
    }

    @Test
    void aSealOfAKeyThatThereNeverWasIsFound() {
        update("update inbox.event_seals set key_id = 'forged' where seal_number = 2");
        assertThat(log.verify()).singleElement().asString().contains("The key forged is not configured", "from seal 2");
    }

    @Test
    void aRemovedSealIsFound() {
        update("delete from inbox.event_seals where seal_number = 2");
        assertThat(log.verify())
                .containsExactlyInAnyOrder(
                        "processed_events, hour 2025-03-04T01:00:00Z, type task: rows without a seal: 2; they were"
                                + " added, or their seal was removed",
                        "seal 2 is missing, before " + NONE_AT_2);
    }

    @Test
    void removedSealsAtTheBeginningAreFound() {
        update("delete from inbox.event_seals where seal_number <= 2");
        assertThat(log.verify())
                .hasSize(2)
                .anyMatch(finding ->
                        finding.startsWith("Events dated before the first sealed hour, ") && finding.contains(": 3; "))
                .anyMatch(finding -> finding.equals("seals 1 to 2 are missing, before " + NONE_AT_2));
    }

    @Test
    void renumberedSealsAreFound() {
        update("delete from inbox.event_seals where seal_number = 3");
        update("update inbox.event_seals set seal_number = 3 where seal_number = 4");
        assertThat(log.verify()).singleElement().asString().contains("seal 3: the seal does not match");
    }

    @Test
    void exchangedSealsAreFound() {
        update("update inbox.event_seals set seal_number = 99 where seal_number = 1");
        update("update inbox.event_seals set seal_number = 1 where seal_number = 2");
        update("update inbox.event_seals set seal_number = 2 where seal_number = 99");
        assertThat(log.verify())
                .anyMatch(finding -> finding.contains("type task, seal 1: the seal does not match"))
                .anyMatch(finding -> finding.contains("type instance, seal 2: the seal does not match"));
    }

    @Test
    void aChainThatIsCutOffIsFoundByAHeadThatWasKept() {
        ChainHead kept = log.head();
        assertThat(log.findings(List.of(kept), SealFixture.KEY).findings()).isEmpty();
        log.clock("2025-03-04T05:10:00Z");
        log.seal(SealFixture.KEY);
        assertThat(log.findings(List.of(kept), SealFixture.KEY).findings())
                .as("an older head")
                .isEmpty();
        ChainHead later = log.head();

        update("delete from inbox.event_seals where seal_number >= 4");
        update("delete from inbox.processed_events where event_id in ('t-3', 't-4')");
        assertThat(log.verify()).as("without the head").isEmpty();
        assertThat(log.findings(List.of(later), SealFixture.KEY).findings())
                .containsExactly(
                        "The chain ends with seal 3, hour 2025-03-04T02:00:00Z, but seal 5 was kept as the latest:"
                                + " the newest seals were cut off");

        log.seal(SealFixture.KEY);
        assertThat(log.verify()).as("sealed again by a new process").isEmpty();
        assertThat(log.findings(List.of(later), SealFixture.KEY).findings())
                .singleElement()
                .asString()
                .contains("seal 5: it is not the seal that was kept");
        update("truncate inbox.event_seals");
        assertThat(log.findings(List.of(later), SealFixture.KEY).findings())
                .singleElement()
                .asString()
                .startsWith("The chain is empty, but seal 5 was kept");
    }

    @Test
    void aForgedEndOfTheChainIsFound() {
        update(
                "insert into inbox.event_seals (seal_number, kind, table_name, hour, event_type, row_count, key_id, content, seal)"
                        + " select 5, 'rows', 'processed_events', '2025-03-04T04:00:00Z', 'task', 1, key_id, sha256('x'), sha256('x') from inbox.event_seals"
                        + " where seal_number = 4");
        assertThat(log.verify()).hasSize(2).first().asString().contains("seal 5: the seal does not match");
    }

    @Test
    void keysMayBeChangedAndTheOldOnesStillVerify() {
        log.event("t-5", "task", "2025-03-04T05:01:00Z");
        log.clock("2025-03-04T06:10:00Z");
        log.seal(SealFixture.OTHER_KEY);

        assertThat(log.findings(List.of(), SealFixture.OTHER_KEY, SealFixture.KEY)
                        .findings())
                .isEmpty();
        assertThat(log.findings(List.of(), SealFixture.OTHER_KEY).findings())
                .singleElement()
                .asString()
                .startsWith("The key " + SealFixture.KEY.id() + " is not configured")
                .contains("from seal 1 ");
        update("update inbox.processed_events set app = 'x' where event_id in ('t-1', 't-5')");
        assertThat(log.findings(List.of(), SealFixture.OTHER_KEY, SealFixture.KEY)
                        .findings())
                .hasSize(2);
    }

    @Test
    void aWrongKeyIsSaidToBeOne() {
        assertThatThrownBy(() -> log.findings(List.of(), SealFixture.OTHER_KEY))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("is not the key that made the seals")
                .hasMessageContaining(SealFixture.OTHER_KEY.id())
                .hasMessageContaining(SealFixture.KEY.id());
    }

    @Test
    void anotherKeyMakesOtherSealsOfTheSame() {
        ChainHead head = log.head();
        update("truncate inbox.event_seals");
        log.seal(SealFixture.OTHER_KEY);
        assertThat(log.head()).isNotEqualTo(head);
    }

    private void update(String sql) {
        log.jdbc().sql(sql).update();
    }
}
