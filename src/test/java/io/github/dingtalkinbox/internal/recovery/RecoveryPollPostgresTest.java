package io.github.dingtalkinbox.internal.recovery;

import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.approval;
import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.approvals;
import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.page;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the poll does when nothing breaks. */
class RecoveryPollPostgresTest extends RecoveryFixture {
    RecoveryPollPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void theDocumentedPageIsReceivedInBothItsShapes() {
        dingTalk.willAnswer(LocalDingTalk.documented());

        node().work();

        assertThat(handled).containsExactly("user_add_org", "kT9xWq2LRz-Example-PI-01790000001", "label_conf_add");
        assertThat(jdbc.sql("""
                        select payload::text from inbox.processed_events
                         where transport = 'poll' and corp_id = 'ding0a1b2c3d4e5f60718' and app = 'default'
                         order by occurred_at desc
                        """).query(String.class).list())
                .hasSize(3)
                .satisfiesExactly(
                        users -> assertThat(users).contains("\"userid\": [\"0102030405060708\"]"),
                        roles -> assertThat(roles).isEqualTo("{\"scope\": \"1\", \"labelIdList\": [1688607309]}"),
                        bpms -> assertThat(bpms)
                                .startsWith("{")
                                .contains("张三提交的差旅报销")
                                .doesNotContain("corpid"));
        assertThat(row("new_events, duplicates, unreadable_elements, problem, processed_at is not null as processed,"
                        + " body from inbox.failed_callback_pages"))
                .containsEntry("new_events", 3)
                .containsEntry("duplicates", 0)
                .containsEntry("unreadable_elements", 0)
                .containsEntry("problem", null)
                .containsEntry("processed", true)
                .containsEntry("body", LocalDingTalk.documented().getBytes(UTF_8));
    }

    @Test
    void everyPageIsStoredBeforeTheNextCall() {
        List<Long> storedBefore = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            boolean hasMore = i < 2;
            String body = page(hasMore, approval("page" + i));
            dingTalk.willDo(exchange -> {
                storedBefore.add(count("failed_callback_pages"));
                LocalDingTalk.send(exchange, 200, body.getBytes(UTF_8));
            });
        }

        node().work();

        assertThat(storedBefore).containsExactly(0L, 1L, 2L);
        assertThat(handled).containsExactly("page0", "page1", "page2");
        assertThat(dingTalk.calls).containsExactly("token", "page", "page", "page");
        assertThat(row("polls, pages, last_error from inbox.recovery_polls"))
                .containsEntry("polls", 1L)
                .containsEntry("pages", 3L)
                .containsEntry("last_error", null);
    }

    @Test
    void aFullPageIsReceivedAsAWhole() {
        dingTalk.willAnswer(page(false, approvals("full", 200)));

        node().work();

        assertThat(handled).hasSize(200).doesNotHaveDuplicates();
        assertThat(count("processed_events where transport = 'poll'")).isEqualTo(200);
        assertThat(row("new_events from inbox.failed_callback_pages")).containsEntry("new_events", 200);
    }

    @Test
    void anEmptyListLeavesNoPage() {
        node().work();

        assertThat(dingTalk.pageCalls()).isOne();
        assertThat(count("failed_callback_pages")).isZero();
        assertThat(row("polls, pages, polled_at = succeeded_at as ok from inbox.recovery_polls"))
                .containsEntry("polls", 1L)
                .containsEntry("pages", 0L)
                .containsEntry("ok", true);
    }

    @Test
    void aListThatClaimsToHaveMoreButIsEmptyIsNotAskedAgain() {
        dingTalk.willAnswer(page(true));

        node().work();

        assertThat(dingTalk.pageCalls()).isOne();
    }

    @Test
    void aPushedAndAPulledCopyAreOneEvent() throws Exception {
        var inbox = inbox(event -> {});
        inbox.receive(List.of(TestEvents.approvalFinished("pushed first")));
        dingTalk.willAnswer(page(false, approval("pushed first"), approval("pulled first")));

        node(inbox).work();
        List<Outcome> late = inbox.receive(List.of(TestEvents.approvalFinished("pulled first")));

        assertThat(late).hasExactlyElementsOfTypes(Outcome.Duplicate.class);
        assertThat(handled).containsExactly("pushed first", "pulled first");
        assertThat(row("new_events, duplicates from inbox.failed_callback_pages"))
                .containsEntry("new_events", 1)
                .containsEntry("duplicates", 1);
        assertThat(jdbc.sql("select matched_by || ' ' || transport from inbox.duplicate_deliveries order by transport")
                        .query(String.class)
                        .list())
                .containsExactly("natural_key http", "natural_key poll");
    }

    @Test
    void anEventIdCountsShouldThereBeOne() throws Exception {
        var inbox = inbox(event -> {});
        inbox.receive(TestEvents.events("""
                {"EventType":"user_leave_org","eventId":"shared","CorpId":"c","userId":["u"]}"""));
        dingTalk.willAnswer(page(false, """
                {"user_leave_org":{"callbackData":{"eventId":"shared","userId":["u"]},"corpid":"c"},\
                "call_back_tag":"user_leave_org","event_time":1790000000000}"""));

        node(inbox).work();

        assertThat(handled).containsExactly("user_leave_org");
        assertThat(row("duplicates from inbox.failed_callback_pages")).containsEntry("duplicates", 1);
    }

    @Test
    void aListWithoutEndEndsThePollAtItsLimit() {
        for (int i = 0; i <= 50; i++) {
            dingTalk.willAnswer(page(true, approval("endless" + i)));
        }
        RecoveryPoll node = node();
        node.work();
        assertThat(dingTalk.pageCalls()).isEqualTo(50);
        assertThat(handled).hasSize(50);

        node.work();

        assertThat(handled).hasSize(51).doesNotHaveDuplicates();
    }

    @Test
    void connectionsThatDoNotCommitByThemselvesLoseNothing() throws Exception {
        dingTalk.willAnswer(page(false, approval("explicit")));
        try (HikariDataSource manual = new HikariDataSource()) {
            manual.setJdbcUrl(database.jdbcUrl());
            manual.setUsername(database.user());
            manual.setPassword(database.password());
            manual.setAutoCommit(false);

            app(APP, LocalDingTalk.KEYS, ALWAYS, inbox(event -> {}), manual).runOnce();
        }
        assertThat(row("new_events, processed_at is not null as processed from inbox.failed_callback_pages"))
                .containsEntry("new_events", 1)
                .containsEntry("processed", true);
        assertThat(row("polls from inbox.recovery_polls")).containsEntry("polls", 1L);
    }

    @Test
    void anEventWithoutAnyOtherIdentityIsNotTakenTwiceHoweverLater() {
        dingTalk.willAnswer(LocalDingTalk.documented());
        node().work();
        jdbc.sql("update inbox.failed_callback_pages set processed_at = null").update();

        node().work(); // after its window of a millisecond

        assertThat(handled).hasSize(3);
        assertThat(row("new_events, duplicates from inbox.failed_callback_pages"))
                .containsEntry("new_events", 3)
                .containsEntry("duplicates", 3);
    }

    @Test
    void whatJsonbCannotHoldIsKeptToTheByte() {
        String data =
                "{\"processInstanceId\" : \"awkward\", \"type\":\"finish\", \"title\":\"\\u0000\", \"n\":1e999,\"n\":2}";
        dingTalk.willAnswer(page(
                false,
                "{\"bpms_instance_change\":{\"corpid\":\"c\",\"bpmsCallBackData\":" + data
                        + "},\"call_back_tag\":\"bpms_instance_change\",\"event_time\":\"1790000000000\"}"));

        node().work();

        assertThat(row("payload_raw, corp_id from inbox.processed_events"))
                .containsEntry("payload_raw", data.getBytes(UTF_8))
                .containsEntry("corp_id", "c");
    }

    @Test
    void theTokenIsKeptUntilShortlyBeforeItsEnd() {
        RecoveryPoll node = node();
        node.work();
        now.updateAndGet(t -> t.plusSeconds(7200 - 301));
        node.work();
        assertThat(dingTalk.tokenCalls()).isOne();

        now.updateAndGet(t -> t.plusSeconds(2));
        node.work();

        assertThat(dingTalk.tokenCalls()).isEqualTo(2);
        assertThat(dingTalk.pageCalls()).isEqualTo(3);
    }

    @Test
    void aTokenThatLivesShortlyIsReplacedHalfWay() {
        dingTalk.tokensLive(60);
        RecoveryPoll node = node();
        node.work();
        now.updateAndGet(t -> t.plusSeconds(29));
        node.work();
        assertThat(dingTalk.tokenCalls()).isOne();

        now.updateAndGet(t -> t.plusSeconds(1));
        node.work();

        assertThat(dingTalk.tokenCalls()).isEqualTo(2);
    }

    @Test
    void aTokenThatDingTalkNoLongerKnowsIsReplacedAtOnce() {
        RecoveryPoll node = node();
        node.work();
        dingTalk.forgetsTokens();
        dingTalk.willAnswer(page(false, approval("behind a new token")));

        node.work();

        assertThat(dingTalk.calls).containsExactly("token", "page", "page", "token", "page");
        assertThat(handled).containsExactly("behind a new token");
        assertThat(count("failed_callback_pages")).isOne();
        assertThat(lastError()).isEmpty();
    }

    @Test
    void aPollIsDueOnceInAnInterval() throws Exception {
        AppPoll first = app(APP, LocalDingTalk.KEYS, Duration.ofMinutes(1), inbox(event -> {}));
        AppPoll second = app(APP, LocalDingTalk.KEYS, Duration.ofMinutes(1), inbox(event -> {}));
        first.runOnce();
        second.runOnce();
        first.runOnce();
        assertThat(dingTalk.pageCalls()).isOne();

        jdbc.sql("update inbox.recovery_polls set polled_at = polled_at - interval '1 minute', succeeded_at = null")
                .update();
        second.runOnce();
        first.runOnce();

        assertThat(dingTalk.pageCalls()).isEqualTo(2);
    }
}
