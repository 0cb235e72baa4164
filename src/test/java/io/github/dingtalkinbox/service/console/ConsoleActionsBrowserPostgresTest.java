package io.github.dingtalkinbox.service.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page.GetByLabelOptions;
import io.github.dingtalkinbox.testing.Chromium;
import io.github.dingtalkinbox.testing.ChromiumExtension;
import io.github.dingtalkinbox.testing.Look;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.Tab;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people do in the console, in a browser; and what they may not. */
@Postgres
@ExtendWith(ChromiumExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class ConsoleActionsBrowserPostgresTest {
    private static final int EVENTS = 2_000;
    private static final String FINISHED = "default:approval2finish";
    private static final String LETTERS = "#dead-letters tbody tr";
    private static final String SCRIPT =
            "</pre>'\"><script>document.body.dataset.hacked = 1; alert(1)</script><img src=x onerror=alert(2)>";
    /** What a callback may hold at most is 1 MiB, encrypted and in base64. */
    private static final int LARGE = 700_000;

    private final Chromium chromium;
    private final SampleLog log;
    private final Service service;

    ConsoleActionsBrowserPostgresTest(Chromium chromium, TestDatabase database, @TempDir Path handlers)
            throws Exception {
        this.chromium = chromium;
        this.log = new SampleLog(database, handlers).history(EVENTS);
        this.service = log.start();
        log.deliver(service);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void onlyTheRightPasswordLetsIn() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.go("/admin/events?type=wanted");
            assertThat(tab.page().url()).endsWith("/admin/login");
            tab.submitLogin("viewer", "wrong");
            assertThat(tab.count("#login-failed")).isEqualTo(1);
            tab.submitLogin("viewer", "viewer");
            assertThat(tab.find("#f-type").inputValue()).isEqualTo("wanted");
            tab.follow("#logout");
            assertThat(tab.count("#login-out")).isEqualTo(1);
            tab.go("/admin/overview");
            assertThat(tab.page().url()).endsWith("/admin/login");
        }
    }

    @Test
    void whoeverGuessesIsToldToWait() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.go("/admin/login");
            for (int i = 0; i < 5; i++) {
                tab.submitLogin("nobody", "guess" + i);
                assertThat(tab.count("#login-failed")).isEqualTo(1);
            }
            tab.submitLogin("nobody", "guess");
            assertThat(tab.count("#login-locked")).isEqualTo(1);
        }
    }

    @Test
    void whoMayOnlyLookSeesNoWayToActAndHasNone() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.logIn("viewer");
            for (String page :
                    List.of("event?id=" + FINISHED, "event?id=default:dead2", "dead-letters", "cleanup", "audit")) {
                tab.go("/admin/" + page);
                assertThat(tab.count("#actions, main form[method=post] button, input[type=checkbox]"))
                        .as(page)
                        .isZero();
            }
            for (String path : List.of(
                    "event/replay",
                    "event/discard",
                    "event/repeat",
                    "dead-letters/replay",
                    "dead-letters/discard",
                    "cleanup/run",
                    "audit/invariants",
                    "audit/seals")) {
                tab.expectRefusal("/admin/" + path);
                tab.follow(() -> send(tab, path, "default:dead2"));
                assertThat(tab.count("#denied")).as(path).isEqualTo(1);
            }
            assertThat(log.state("default:dead2")).isEqualTo("dead");
            assertThat(log.actions("default:dead2")).isEmpty();
        }
    }

    /** A form that no page shows to him. */
    private static void send(Tab tab, String path, String id) {
        tab.page().evaluate("""
                ([path, fields]) => {
                  const form = document.querySelector('#logout-form').cloneNode(true);
                  form.action = path;
                  for (const [name, value] of Object.entries(fields)) {
                    const input = form.appendChild(document.createElement('input'));
                    input.name = name;
                    input.value = value;
                  }
                  document.body.append(form);
                  form.submit();
                }""", List.of("/admin/" + path, Map.of("id", id, "reason", "mine", "again", "yes")));
    }

    @Test
    void whatEventsSayIsMaskedWithoutTheRoleAndCopiedWithIt() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("operator", "/admin/event?id=" + FINISHED);
            assertThat(tab.text("#payload")).contains("\"title\": \"***\"").doesNotContain("提交的");
            assertThat(tab.count("#masked")).isEqualTo(1);
            tab.go("/admin/event?id=default:dead2");
            assertThat(tab.count("#error-masked")).isEqualTo(1);
            assertThat(tab.text("main")).doesNotContain("manager2");
            tab.go("/admin/dead-letters");
            assertThat(tab.text("main")).contains("***").doesNotContain("manager2");
        }
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("admin", "/admin/event?id=" + FINISHED);
            assertThat(tab.text("#payload")).contains("提交的采购申请");
            assertThat(tab.find("#timeline time").allInnerTexts())
                    .hasSizeGreaterThan(2)
                    .isSorted();
            tab.page().click("#copy");
            String done = tab.find("#copy").getAttribute("data-done");
            tab.page().waitForCondition(() -> tab.text("#copy").equals(done));
            assertThat(tab.page().evaluate("navigator.clipboard.readText()"))
                    .isEqualTo(tab.find("#payload").textContent());
            tab.go("/admin/event?id=default:dead2");
            assertThat(tab.text("#error")).contains("manager2");
        }
    }

    @Test
    void whatHasBeenProcessedIsRunAgainOnlyByWhoSaysThatHeKnows() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("operator", "/admin/event?id=" + FINISHED);
            tab.page().fill("#reason", "the table was restored");
            tab.page().click("#repeat");
            assertThat(tab.count("#again:invalid")).isEqualTo(1);
            assertThat(log.actions(FINISHED)).isEmpty();
            tab.page().check("#again");
            tab.follow("#repeat");
            assertThat(tab.count("#notice.good")).isEqualTo(1);
            assertThat(tab.text("#timeline .action")).contains("operator", "console, from", "the table was restored");
            assertThat(log.actions(FINISHED)).containsExactly("repeat operator: the table was restored");
        }
    }

    @Test
    void whatIsMendedIsReplayedInItsOrder() throws Exception {
        log.deliverMendable(service, "first", "second");
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("operator", "/admin/event?id=default:second");
            assertThat(tab.count("#state.pending")).isEqualTo(1);
            assertThat(tab.count("#timeline .processed")).isZero();
            tab.follow("#before a.id");
            assertThat(tab.text("#event-id")).isEqualTo("default:first");
            assertThat(tab.text("#behind")).contains("default:second");
            assertThat(tab.count("#state.dead")).isEqualTo(1);
            assertThat(tab.count("#timeline .processed")).isZero();
            tab.page().click("#replay");
            assertThat(tab.count("#reason:invalid")).isEqualTo(1);
            log.mend();
            tab.page().fill("#reason", "the handler is mended");
            tab.follow("#replay");
            assertThat(tab.count("#notice.good")).isEqualTo(1);
            await().until(() -> log.state("default:second").equals("processed"));
            tab.go("/admin/event?id=default:second");
            assertThat(tab.count("#state.processed")).isEqualTo(1);
            assertThat(tab.count("#timeline .processed")).isEqualTo(1);
            assertThat(log.actions("default:first")).containsExactly("replay operator: the handler is mended");
        }
    }

    @Test
    void deadLettersAreReplayedAndDiscardedOneByOneAndAllAtOnce() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("operator", "/admin/dead-letters?type=" + SampleLog.BROKEN);
            assertThat(tab.count(LETTERS)).isEqualTo(50);
            tab.follow("#next");
            assertThat(tab.find(LETTERS + " td.id").allInnerTexts()).containsExactly("default:dead51");
            tab.follow("#first");

            tab.page().fill("#reason", "for nothing");
            tab.follow("#discard");
            assertThat(tab.count("#notice.bad")).isEqualTo(1);

            choose(tab, "default:dead1");
            tab.page().fill("#reason", "try it again");
            tab.follow("#replay");
            assertThat(tab.count("#notice.good")).isEqualTo(1);
            await().until(() -> log.actions("default:dead1").equals(List.of("replay operator: try it again"))
                    && log.state("default:dead1").equals("dead"));

            tab.go("/admin/dead-letters?type=" + SampleLog.BROKEN);
            choose(tab, "default:dead3");
            choose(tab, "default:dead4");
            tab.page().click("#discard");
            assertThat(tab.count("#reason:invalid")).isEqualTo(1);
            tab.page().fill("#reason", "left the company");
            tab.follow("#discard");
            assertThat(tab.text("#notice")).contains("2 / 2");
            assertThat(tab.find("#notice").boundingBox().x)
                    .isEqualTo(tab.find("#content").boundingBox().x);
            assertThat(log.state("default:dead3")).isEqualTo("discarded");
            assertThat(log.actions("default:dead4")).containsExactly("discard operator: left the company");

            tab.go("/admin/event?id=default:dead5");
            tab.page().fill("#reason", "he, too");
            tab.follow("#discard");
            assertThat(tab.count("#notice.good")).isEqualTo(1);
            assertThat(tab.count("#state.discarded")).isEqualTo(1);
            assertThat(log.actions("default:dead5")).containsExactly("discard operator: he, too");

            tab.go("/admin/dead-letters?type=" + SampleLog.BROKEN);
            tab.page().check("#choose-all");
            assertThat(tab.count(LETTERS + " input:checked")).isEqualTo(tab.count(LETTERS));
            tab.page().uncheck("#choose-all");
            assertThat(tab.count(LETTERS + " input:checked")).isZero();
        }
    }

    private static void choose(Tab tab, String id) {
        tab.page().getByLabel(id, new GetByLabelOptions().setExact(true)).check();
    }

    @Test
    void allDeadLettersOfATypeGoAtOnceAlsoThoseOfOtherPages() throws Exception {
        int before = dead();
        for (int i = 0; i < 3; i++) {
            SampleLog.deliver(
                    service, SampleLog.event(SampleLog.BROKEN_TOO, "bulk" + i).toString());
        }
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("admin", "/admin/dead-letters?type=" + SampleLog.BROKEN_TOO);
            assertThat(tab.text("label.check")).contains(SampleLog.BROKEN_TOO);
            tab.page().check("#all");
            tab.page().fill("#reason", "all of them");
            tab.follow("#discard");
            assertThat(tab.text("#notice")).contains("3 / 3");
            assertThat(log.state("default:bulk2")).isEqualTo("discarded");
        }
        assertThat(dead()).isEqualTo(before);
    }

    private int dead() {
        return log.jdbc()
                .sql("select count(*) from inbox.queued_events where state = 'dead' and event_type = ?")
                .param(SampleLog.BROKEN)
                .query(Integer.class)
                .single();
    }

    @Test
    void theCleanupTellsWhatItWouldRemoveAndRemovesIt() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("operator", "/admin/cleanup");
            tab.page().click("#dry-run");
            tab.find("#plan-table tbody tr").first().waitFor();
            assertThat(tab.text("#plan-rows")).matches(".*: [1-9].*");
            tab.assertAccessible();
            tab.page().fill("#reason", "the disk is full");
            tab.follow("#run");
            assertThat(tab.count("#notice.good")).isEqualTo(1);
            String never = tab.text("#last");
            // The page stays: it shows by itself what came of the run.
            tab.page().waitForCondition(() -> tab.text("#runs").contains("completed"));
            assertThat(tab.text("#last")).isNotEqualTo(never);
            assertThat(tab.text("#runs")).contains("operator", "the disk is full");
            tab.page().click("#dry-run");
            tab.find("#plan-rows").waitFor();
            assertThat(tab.text("#plan-rows")).endsWith(": 0");
        }
    }

    @Test
    void theInvariantsAndTheSealsAreCheckedWhileOneWaits() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.goAs("operator", "/admin/audit");
            tab.follow("#check-invariants");
            tab.follow("#check-seals");
            tab.find("#invariants .checks li.good").first().waitFor();
            tab.find("#seal-verdict.good").waitFor();
            assertThat(tab.count("#results .bad")).isZero();
            tab.assertAccessible();
            tab.follow("#report-traffic");
            assertThat(tab.count("#report tbody tr")).isPositive();
            tab.page().fill("#f-from", "2020-01-01T00:00");
            tab.page().fill("#f-to", "2020-01-02T00:00");
            tab.follow("#search-button");
            assertThat(tab.count("#report tbody tr")).isZero();
            assertThat(tab.count("#empty")).isEqualTo(1);
        }
    }

    @Test
    void whatStrangersSendIsTextWhereverItIsShown() throws Exception {
        SampleLog.deliver(
                service,
                SampleLog.event(SCRIPT, SCRIPT)
                        .put("CorpId", SCRIPT)
                        .put("title", SCRIPT + "x".repeat(LARGE) + "\0")
                        .toString());
        SampleLog.deliver(
                service,
                SampleLog.event("bpms_instance_change", "approval" + SCRIPT)
                        .put("processInstanceId", SCRIPT)
                        .put("type", "finish")
                        .put("result", SCRIPT)
                        .toString());
        SampleLog.deliver(
                service,
                SampleLog.event(SampleLog.BROKEN_BY_STRANGERS, "dead" + SCRIPT)
                        .put("staffId", SCRIPT)
                        .toString());
        String encoded = URLEncoder.encode(SCRIPT, UTF_8);
        try (Tab tab = chromium.open(service, new Look("en", false, true))) {
            tab.logIn("admin");
            for (String page : List.of(
                    "events?type=" + encoded,
                    "event?id=default:approval" + encoded,
                    "event?id=default:dead" + encoded,
                    "approvals?id=" + encoded,
                    "dead-letters?type=" + SampleLog.BROKEN_BY_STRANGERS,
                    "report?name=traffic")) {
                tab.go("/admin/" + page);
                assertHarmless(tab);
            }
            tab.goInVain("/admin/event?id=" + encoded + "none", 404);
            assertHarmless(tab);
            tab.go("/admin/dead-letters?type=" + SampleLog.BROKEN_BY_STRANGERS);
            choose(tab, "default:dead" + SCRIPT);
            tab.page().fill("#reason", SCRIPT);
            tab.follow("#discard");
            tab.go("/admin/event?id=default:dead" + encoded);
            assertThat(tab.text("#timeline .action small")).isEqualTo(SCRIPT);
            assertHarmless(tab);

            tab.go("/admin/event?id=default:" + encoded);
            assertHarmless(tab);
            assertThat(tab.find("#payload").textContent()).hasSizeGreaterThan(LARGE);
            tab.page().click("#copy");
            String done = tab.find("#copy").getAttribute("data-done");
            tab.page().waitForCondition(() -> tab.text("#copy").equals(done));
        }
    }

    private static void assertHarmless(Tab tab) {
        assertThat(tab.find("main").textContent()).contains("<script>document.body.dataset.hacked");
        assertThat(tab.count("main script, main img, [data-hacked]")).isZero();
        tab.assertFits();
    }
}
