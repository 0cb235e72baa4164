package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A walk through the console in Chinese, past something of everything: nowhere does it fall into English. */
@Postgres
class ChinesePagesPostgresTest {
    /** Four words in a row; what is there of names and codes has fewer. */
    private static final Pattern ENGLISH = Pattern.compile("[A-Za-z]{2,}( [a-z]{2,}){3,}");

    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    @Test
    void noPageSaysAnythingInEnglish(TestDatabase database, @TempDir Path handlers) throws Exception {
        database.jdbc().sql("create table wanted (amount integer)").update();
        Files.writeString(
                handlers.resolve("broken.sql"), "insert into wanted select cast(event_id as integer) from event");
        List<String> properties = new ArrayList<>(Arrays.asList(Users.properties()));
        properties.addAll(List.of(
                "inbox.handlers.location=file:" + handlers.toAbsolutePath(),
                "inbox.event-types[0].name=broken",
                "inbox.event-types[0].ordering-key=form",
                "inbox.event-types[1].name=later",
                "inbox.event-types[1].ordering-key=form",
                "inbox.event-types[1].mode=queue",
                "inbox.seal.key=" + KEY,
                "inbox.retention.events=23h"));
        try (Service service = Service.start(database, properties.toArray(String[]::new))) {
            deliver(service);
            database.jdbc().sql("""
                    insert into inbox.processed_events
                           (event_id, app, corp_id, event_type, transport, received_at, processed_at, payload,
                            payload_sha256)
                    values ('default:future', 'default', 'ding1', 'plain', 'http', now(), now() + interval '2 hours',
                            '{}', sha256('{}'))
                    """).update();
            Browser browser = new Browser(service);
            browser.logIn("operator", "operator");
            see(browser, "audit?lang=zh");
            browser.post("/admin/audit/invariants");
            browser.post("/admin/audit/seals");
            await().until(() -> !browser.get("/admin/audit/results").body().contains("class=\"running\""));

            for (String page : List.of(
                    "overview",
                    "events",
                    "duplicates",
                    "dead-letters",
                    "approvals",
                    "approvals?id=proc1",
                    "cleanup",
                    "cleanup/plan",
                    "event?id=default:start",
                    "event?id=default:broken",
                    "event?id=default:later")) {
                see(browser, page);
            }
            assertThat(see(browser, "event?id=default:later"))
                    .containsPattern("<dt>被阻塞于</dt><dd id=\"before\">[^\\n]*>default:broken（?")
                    .contains("<dt>阻塞的后续事件</dt><dd id=\"behind\"><span>–</span></dd>");
            assertThat(see(browser, "audit")).contains("将来", "是否");
            assertThat(see(browser, "cleanup/plan")).contains("inbox.retention.events");
            for (Report report : Report.all()) {
                see(browser, "report?name=" + report.name());
            }
            for (String[] step : new String[][] {
                {"dead-letters/replay", "dead-letters", "default:start", "已于"},
                {"event/repeat", "event?id=default:plain", "default:plain", "没有处理器"},
                {"event/discard", "event?id=default:broken", "default:broken", "已放弃"},
                {"event/discard", "event?id=default:broken", "default:broken", "此前"},
                {"event/replay", "event?id=default:broken", "default:broken", "已重放"}
            }) {
                // A worker may have it just now, or what waits behind it.
                String seen = await().until(
                                () -> {
                                    browser.post("/admin/" + step[0], "id", step[2], "reason", "试试", "again", "yes");
                                    return see(browser, step[1]);
                                },
                                page -> !page.contains("请稍后再试"));
                assertThat(seen).contains("id=\"notice\"", step[3]);
            }
        }
    }

    private static void deliver(Service service) throws Exception {
        for (String event : List.of(
                approval("bpms_instance_change", "start", "\"type\":\"start\""),
                approval("bpms_instance_change", "end", "\"type\":\"finish\",\"result\":\"agree\""),
                approval("bpms_task_change", "task", "\"type\":\"finish\",\"result\":\"redirect\",\"taskId\":7"),
                event("plain", "plain"),
                event("plain", "plain"),
                event("broken", "broken"),
                event("later", "later"))) {
            assertThat(service.client().deliver(event).decrypted()).isEqualTo("success");
        }
    }

    private static String approval(String type, String id, String more) {
        return """
                {"EventType":"%s","corpId":"ding1","eventId":"%s","processInstanceId":"proc1",%s}""".formatted(type, id, more);
    }

    private static String event(String type, String id) {
        return """
                {"EventType":"%s","corpId":"ding1","eventId":"%s","form":"f1"}""".formatted(type, id);
    }

    private static String see(Browser browser, String page) throws Exception {
        var seen = browser.get("/admin/" + page);
        assertThat(seen.statusCode()).as(page).isEqualTo(200);
        assertThat(ENGLISH.matcher(seen.body()).results().map(MatchResult::group))
                .as(page)
                .isEmpty();
        return seen.body();
    }
}
