package io.github.dingtalkinbox.internal.recovery;

import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.KEYS;
import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.approval;
import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.approvals;
import static io.github.dingtalkinbox.internal.recovery.LocalDingTalk.page;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.apps.AppKeys;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the poll does when something breaks, and that nothing is lost by it. */
@ExtendWith(OutputCaptureExtension.class)
class RecoveryFailurePostgresTest extends RecoveryFixture {
    /** For the calls that do not hang, also on a busy machine. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(4);

    RecoveryFailurePostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aCrashBetweenThePageAndItsEventsLosesNothing() {
        dingTalk.willAnswer(page(false, approvals("crash", 5)));
        RecoveryPoll crashing = node(events -> {
            if (handled.size() == 2) {
                throw new Crash();
            }
            return inbox(event -> {}).receive(events);
        });
        assertThatThrownBy(crashing::work).isInstanceOf(Crash.class);
        assertThat(row("processed_at, new_events from inbox.failed_callback_pages"))
                .containsEntry("processed_at", null)
                .containsEntry("new_events", 0);
        List<Integer> handledBeforeTheCall = new CopyOnWriteArrayList<>();
        dingTalk.willDo(exchange -> {
            handledBeforeTheCall.add(handled.size());
            LocalDingTalk.send(exchange, 200, LocalDingTalk.EMPTY.getBytes(UTF_8));
        });

        node().work();

        assertThat(handledBeforeTheCall).containsExactly(5);
        assertThat(handled).containsExactly("crash0", "crash1", "crash2", "crash3", "crash4");
        assertThat(
                        row(
                                "new_events, duplicates, processed_at is not null as processed from inbox.failed_callback_pages"))
                .containsEntry("new_events", 3)
                .containsEntry("duplicates", 2)
                .containsEntry("processed", true);
    }

    @Test
    void aPageThatCannotBeStoredStaysInMemoryAndNothingIsCalledBeforeItIs(CapturedOutput output) {
        dingTalk.willDo(exchange -> {
            jdbc.sql("alter table inbox.failed_callback_pages rename to away").update();
            LocalDingTalk.send(exchange, 200, page(true, approval("in memory")).getBytes(UTF_8));
        });
        RecoveryPoll node = node();
        node.work();
        node.work();
        assertThat(dingTalk.pageCalls()).isOne();
        assertThat(output).contains("could not be stored. It exists only in this");
        jdbc.sql("alter table inbox.away rename to failed_callback_pages").update();

        node.work();

        assertThat(handled).containsExactly("in memory");
        assertThat(dingTalk.pageCalls()).isEqualTo(2);
    }

    @Test
    void aPageInMemoryIsStoredWhenTheServiceStops() {
        dingTalk.willDo(exchange -> {
            jdbc.sql("alter table inbox.failed_callback_pages rename to away").update();
            LocalDingTalk.send(
                    exchange, 200, page(false, approval("at the last moment")).getBytes(UTF_8));
        });
        RecoveryPoll node = node();
        node.work();
        jdbc.sql("alter table inbox.away rename to failed_callback_pages").update();

        node.ended(true);

        assertThat(count("failed_callback_pages where processed_at is null")).isOne();
    }

    @Test
    void ofTwoPollsAtTheSameTimeOnlyOneCalls() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        dingTalk.willDo(exchange -> {
            called.countDown();
            await(mayAnswer);
            LocalDingTalk.send(exchange, 200, page(false, approval("once")).getBytes(UTF_8));
        });
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> first = thread.submit(node()::work);
            await(called);
            node().work();
            assertThat(dingTalk.pageCalls()).isOne();
            mayAnswer.countDown();
            first.get(60, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
        assertThat(handled).containsExactly("once");
        assertThat(dingTalk.pageCalls()).isOne();
    }

    @Test
    void aNodeThatLostItsTurnStoresWhatItHasAndCallsNoMore(CapturedOutput output) {
        dingTalk.willDo(exchange -> {
            endTheSessionThatHoldsTheTurn();
            LocalDingTalk.send(exchange, 200, page(true, approval("too late")).getBytes(UTF_8));
        });
        node().work();
        assertThat(dingTalk.pageCalls()).isOne();
        assertThat(handled).isEmpty();
        assertThat(count("failed_callback_pages where processed_at is null")).isOne();
        assertThat(output).contains("lost its database connection");

        node().work();

        assertThat(handled).containsExactly("too late");
    }

    @Test
    void anElementThatIsNoEventHoldsUpNothingAndIsKept(CapturedOutput output) {
        dingTalk.willAnswer(page(
                false,
                "null",
                "{\"event_time\":1790000000000}",
                "{\"call_back_tag\":\"user_add_org\",\"user_leave_org\":{}}",
                "{\"call_back_tag\":\"user_add_org\",\"user_add_org\":\"text\"}",
                approval("readable"),
                "[[[]]]"));

        node().work();

        assertThat(handled).containsExactly("readable");
        assertThat(row("new_events, unreadable_elements, problem, processed_at is not null as processed"
                        + " from inbox.failed_callback_pages"))
                .containsEntry("new_events", 1)
                .containsEntry("unreadable_elements", 5)
                .containsEntry("problem", "Element 0 has no call_back_tag")
                .containsEntry("processed", true);
        assertThat(output).contains("Element 3 of the page").contains("is not an event");
        assertThat(lastError()).isEmpty();
    }

    @Test
    void anAnswerThatIsNoJsonIsKeptAndLoud(CapturedOutput output) {
        dingTalk.willAnswer("<html>login</html>");
        RecoveryPoll node = node();

        node.work();

        assertThat(row("body, processed_at is not null as processed, problem from inbox.failed_callback_pages"))
                .containsEntry("body", "<html>login</html>".getBytes(UTF_8))
                .containsEntry("processed", true)
                .containsEntry("problem", "it is not JSON (line 1, column 1)");
        assertThat(output).contains("cannot be read").contains("kept in failed_callback_pages.body");
        assertThat(lastError()).contains("HTTP 200, but it is not JSON").contains("check inbox.recovery.base-url");

        node.work();
        assertThat(count("failed_callback_pages")).isOne();
        assertThat(lastError()).isEmpty();
    }

    @Test
    void ofAnAnswerThatBreaksOffWhatArrivedIsKept() {
        String begun = page(true, approval("begun")).substring(0, 150);
        dingTalk.willDo(exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(begun.getBytes(UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        });

        node().work();

        assertThat(row("body, problem is not null as problem from inbox.failed_callback_pages"))
                .containsEntry("body", begun.getBytes(UTF_8))
                .containsEntry("problem", true);
        assertThat(lastError()).contains("it broke off after 150 bytes");
    }

    @Test
    void anAnswerOfAGatewayIsNoPage() {
        dingTalk.willDo(exchange -> LocalDingTalk.send(exchange, 502, "<h1>Bad Gateway</h1>".getBytes(UTF_8)));

        node().work();

        assertThat(count("failed_callback_pages")).isZero();
        assertThat(lastError()).contains("HTTP 502").contains("the next poll tries again");
    }

    @Test
    void aServerThatHangsEndsThePollAndNotTheNext() {
        CountDownLatch hang = new CountDownLatch(1);
        longestCall = LONG_ENOUGH;
        dingTalk.willDo(exchange -> await(hang));
        dingTalk.willAnswer(page(false, approval("after the hang")));
        RecoveryPoll node = node();
        try {
            node.work();
            assertThat(lastError()).contains("was not answered (HttpTimeoutException)");
            node.work();
        } finally {
            hang.countDown();
        }
        assertThat(handled).containsExactly("after the hang");
    }

    @Test
    void aServerThatStopsInTheMiddleOfItsAnswerEndsThePollToo() {
        CountDownLatch hang = new CountDownLatch(1);
        longestCall = LONG_ENOUGH;
        dingTalk.willDo(exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"errcode\":0,".getBytes(UTF_8));
            exchange.getResponseBody().flush();
            await(hang);
        });
        try {
            node().work();
        } finally {
            hang.countDown();
        }
        assertThat(row("body from inbox.failed_callback_pages"))
                .containsEntry("body", "{\"errcode\":0,".getBytes(UTF_8));
    }

    @Test
    void anEventThatCannotBeReceivedWaitsWithoutTheOthers() {
        AtomicBoolean isBroken = new AtomicBoolean(true);
        Receiver inbox = inbox(event -> {});
        RecoveryPoll node = node(events -> {
            if (events.get(0).payload().jsonb().contains("broken1") && isBroken.get()) {
                throw new IllegalStateException("neither processed nor queued");
            }
            return inbox.receive(events);
        });
        dingTalk.willAnswer(page(false, approvals("broken", 3)));
        node.work();
        node.work();
        assertThat(handled).containsExactly("broken0", "broken2");
        assertThat(row("processed_at, waiting_elements::text, new_events from inbox.failed_callback_pages"))
                .containsEntry("processed_at", null)
                .containsEntry("waiting_elements", "{1}")
                .containsEntry("new_events", 2);
        isBroken.set(false);

        node.work();

        assertThat(handled).containsExactly("broken0", "broken2", "broken1");
        assertThat(row("processed_at is not null as processed, waiting_elements, new_events, duplicates"
                        + " from inbox.failed_callback_pages"))
                .containsEntry("processed", true)
                .containsEntry("waiting_elements", null)
                .containsEntry("new_events", 3)
                .containsEntry("duplicates", 0);
        assertThat(dingTalk.pageCalls()).isEqualTo(3);
    }

    @Test
    void whatIsPulledBeforeAFailureIsReceived() {
        dingTalk.willAnswer(
                page(true, approval("before the failure")),
                "{\"errcode\":90018,\"errmsg\":\"您的服务器调用钉钉开放平台当前接口的所有请求都被暂时禁用了\"}");

        node().work();

        assertThat(handled).containsExactly("before the failure");
        assertThat(row("pages, succeeded_at from inbox.recovery_polls"))
                .containsEntry("pages", 1L)
                .containsEntry("succeeded_at", null);
        assertThat(lastError()).contains("90018").contains("too many calls");
        assertThat(count("failed_callback_pages")).isOne();
    }

    @Test
    void anAppThatFailsDoesNotStopTheNextAndNoSecretIsTold(CapturedOutput output) {
        dingTalk.willAnswer(page(false, approval("of the second")));
        var wrong = new AppKeys.Keys(KEYS.clientId(), "wrong-secret");
        var inbox = inbox(event -> {});

        poll(app("first", wrong, ALWAYS, inbox), app("second", KEYS, ALWAYS, inbox))
                .work();

        assertThat(handled).containsExactly("of the second");
        assertThat(jdbc.sql("select last_error from inbox.recovery_polls where app = 'first'")
                        .query(String.class)
                        .single())
                .contains("/gettoken failed with 40089")
                .contains("check inbox.apps.<name>.client-id and .client-secret")
                .doesNotContain("secret=")
                .doesNotContain("wrong");
        assertThat(output)
                .contains("will not be until this is fixed")
                .doesNotContain("wrong-secret")
                .doesNotContain("top-secret")
                .doesNotContain("token-secret");
    }

    @Test
    void aTokenThatIsRefusedAgainAndAgainEndsThePoll() {
        dingTalk.answersTokensWith("{\"errcode\":0,\"access_token\":\"stale\",\"expires_in\":7200}");

        node().work();

        assertThat(dingTalk.calls).containsExactly("token", "page", "token", "page");
        assertThat(lastError()).contains("40014").contains("the token was refused");
        assertThat(count("failed_callback_pages")).isZero();
    }

    @Test
    void aStoppedPollCallsNoMore() {
        RecoveryPoll node = node();
        dingTalk.willDo(exchange -> {
            node.ending(Runnable::run);
            LocalDingTalk.send(exchange, 200, page(true, approval("left")).getBytes(UTF_8));
        });

        node.work();

        assertThat(dingTalk.pageCalls()).isOne();
        assertThat(handled).isEmpty();
        assertThat(count("failed_callback_pages where processed_at is null")).isOne();
    }

    private void endTheSessionThatHoldsTheTurn() {
        try (TestDatabase other = database.another()) {
            assertThat(other.jdbc().sql("""
                            select pg_terminate_backend(pid, 5000) from pg_stat_activity
                             where datname = current_database() and state = 'idle in transaction'
                            """).query(Boolean.class).list()).containsExactly(true);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** The end of the process. */
    private static final class Crash extends Error {}
}
