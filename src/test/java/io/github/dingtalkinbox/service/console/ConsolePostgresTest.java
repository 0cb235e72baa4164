package io.github.dingtalkinbox.service.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console over HTTP, in the whole service. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class ConsolePostgresTest {
    private static final String HOSTILE = "<script>alert(1)</script>";
    private static final Pattern EVENT_LINK = Pattern.compile("/admin/event\\?id=([^\"]+)\"");
    private static final Pattern NEXT = Pattern.compile("id=\"next\"[^>]*href=\"([^\"]+)\"");

    private final TestDatabase database;
    private final Service service;

    ConsolePostgresTest(TestDatabase database, @TempDir Path handlers) throws Exception {
        this.database = database;
        database.jdbc().sql("create table wanted (amount integer)").update();
        Files.writeString(
                handlers.resolve("console_broken.sql"),
                "insert into wanted select cast(event_id as integer) from event");
        List<String> properties = new ArrayList<>(Arrays.asList(Users.properties()));
        properties.add("inbox.handlers.location=file:" + handlers.toAbsolutePath());
        this.service = Service.start(database, properties.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/overview", "/admin/events", "/admin/event?id=x", "/admin/events.csv"})
    void withoutALoginThereIsNothingToSee(String path) throws Exception {
        HttpResponse<String> page = new Browser(service).get(path);

        assertThat(page.statusCode()).isEqualTo(302);
        assertThat(Browser.target(page)).isEqualTo("/admin/login");
    }

    @Test
    void thePartsOfAPageLeadToTheLoginAsAWhole() throws Exception {
        HttpResponse<String> part = new Browser(service).get("/admin/overview/now", "HX-Request", "true");

        assertThat(part.statusCode()).isEqualTo(401);
        assertThat(part.headers().firstValue("HX-Redirect")).contains("/admin/login");
    }

    @Test
    void theCallbackUrlKnowsNoLoginAndNoSession() throws Exception {
        assertThat(service.client().deliver(event("console_plain", "plain")).decrypted())
                .isEqualTo("success");
        HttpResponse<String> refused = new Browser(service).get("/dingtalk/callback");

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().map())
                .doesNotContainKeys("set-cookie", "x-frame-options", "content-security-policy");
    }

    @Test
    void theActuatorShowsStrangersNothingButItsHealth() throws Exception {
        Browser stranger = new Browser(service);
        for (String open : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness")) {
            assertThat(stranger.get(open).statusCode()).as(open).isEqualTo(200);
        }
        assertThat(stranger.get("/actuator/health").body()).doesNotContain("components");
        for (String closed :
                List.of("/actuator", "/actuator/metrics", "/actuator/health/inboxDatabase", "/actuator/env")) {
            assertThat(stranger.get(closed).statusCode()).as(closed).isEqualTo(401);
        }
        assertThat(stranger.get("/actuator/metrics", "Authorization", basic("viewer", "viewer"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(stranger.get("/actuator/health", "Authorization", basic("viewer", "viewer"))
                        .body())
                .contains("components");
        assertThat(stranger.get("/actuator/metrics", "Authorization", basic("viewer", "wrong"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoeverGuessesPasswordsMustWait() throws Exception {
        Browser guesser = new Browser(service);
        for (int i = 0; i < 5; i++) {
            assertThat(guesser.logIn("nobody", "wrong" + i)).isEqualTo("/admin/login?failed");
        }
        assertThat(guesser.get("/admin/login?failed").body()).contains("id=\"login-failed\"");
        assertThat(guesser.logIn("nobody", "wrong")).isEqualTo("/admin/login?locked");
        assertThat(guesser.get("/admin/overview").statusCode()).isEqualTo(302);
    }

    @Test
    void aLoginLeadsToTheOverviewAndALogoutEndsIt() throws Exception {
        Browser browser = new Browser(service);
        browser.get("/admin/login");
        HttpResponse<String> login = browser.post("/admin/login", "username", "viewer", "password", "viewer");

        assertThat(Browser.target(login)).isEqualTo("/admin/overview");
        assertThat(login.headers().allValues("Set-Cookie"))
                .anySatisfy(cookie -> assertThat(cookie).contains("inbox-session=", "HttpOnly", "SameSite=Lax"));
        HttpResponse<String> page = browser.get("/admin/overview");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        assertThat(Browser.target(browser.post("/admin/logout"))).isEqualTo("/admin/login?out");
        assertThat(browser.get("/admin/overview").statusCode()).isEqualTo(302);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh"})
    void everyPageIsThereInBothLanguages(String language) throws Exception {
        Browser browser = loggedIn("admin");
        service.client().deliver(event("console_plain", "shown"));
        service.client().deliver(event("console_plain", "shown"));

        Stream<String> pages = Stream.of(
                "overview",
                "overview/now",
                "overview?span=month",
                "events",
                "event?id=default:shown",
                "duplicates",
                "dead-letters",
                "approvals",
                "approvals?id=none",
                "cleanup",
                "cleanup/plan",
                "audit",
                "audit/results",
                "report?name=traffic",
                "login");
        for (String name : pages.toList()) {
            HttpResponse<String> page = browser.get("/admin/" + name, "Accept-Language", language);
            assertThat(page.statusCode()).as(name).isEqualTo(200);
            // A message that is missing, and what the template engine or the policy would not let be.
            assertThat(page.body())
                    .as(name)
                    .doesNotContain("??", " th:", "<style", "style=\"", " onclick", "javascript:")
                    .doesNotContainPattern("<script(?![^>]* src=)");
        }
        assertThat(browser.get("/admin/events", "Accept-Language", language).body())
                .contains(language.equals("zh") ? "搜索" : "Search")
                .contains("lang=\"" + (language.equals("zh") ? "zh-CN" : "en"));
        for (String missing : List.of("nothing", "actuator/metrics", "error", "assets/nothing.js")) {
            assertThat(browser.get("/admin/" + missing).statusCode())
                    .as(missing)
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"htmx.min.js", "echarts.min.js", "console.js", "console.css", "icon.svg"})
    void whatPagesAreMadeOfIsThere(String asset) throws Exception {
        HttpResponse<String> file = new Browser(service).get("/admin/assets/" + asset);

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Type").orElse(""))
                .containsPattern(asset.endsWith(".js") ? "javascript" : asset.endsWith(".css") ? "text/css" : "svg");
        assertThat(file.headers().firstValue("Cache-Control").orElse("")).isEqualTo("no-cache");
    }

    @Test
    void theLanguageStaysAsChosen() throws Exception {
        Browser browser = loggedIn("viewer");

        assertThat(browser.get("/admin/events?type=x&lang=zh", "Accept-Language", "en")
                        .body())
                .contains("搜索", "/admin/events?type=x&amp;lang=en");
        assertThat(browser.get("/admin/events", "Accept-Language", "en").body()).contains("搜索");
    }

    @Test
    void whatComesFromStrangersIsShownAsTextAndMaskedWithoutTheRole() throws Exception {
        service.client().deliver("""
                {"EventType":"<b>bold</b>","corpId":"dinghostile","eventId":"hostile","title":"%s"}""".formatted(HOSTILE));

        String seen = loggedIn("admin").get("/admin/event?id=default:hostile").body();
        assertThat(seen)
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;b&gt;bold&lt;/b&gt;")
                .doesNotContain(HOSTILE, "<b>bold");
        for (String user : List.of("viewer", "operator")) {
            assertThat(loggedIn(user).get("/admin/event?id=default:hostile").body())
                    .as(user)
                    .contains("id=\"masked\"", "&quot;title&quot;: &quot;***&quot;")
                    .doesNotContain("alert(1)");
        }
    }

    @Test
    void whatTurnsTheDirectionOfWritingIsShownOnAllPages() throws Exception {
        service.client().deliver("""
                {"EventType":"turned\u202e","corpId":"dinghostile","eventId":"turned\u2066","title":"\u202e\u009b"}""");
        Browser browser = loggedIn("admin");

        assertThat(browser.get("/admin/event?id=default:turned%E2%81%A6").body())
                .contains("turned\\u202e", "default:turned\\u2066", "\\u202e\\u009b")
                .doesNotContain("\u202e", "\u2066</", "\u009b");
        assertThat(browser.get("/admin/events?corp=dinghostile").body())
                .contains("turned\\u202e", "default:turned\\u2066")
                .doesNotContain("\u202e", "\u2066</");

        dead("default:turned_dead", "ERROR: \u202egnorw", "{}");
        browser.get("/admin/event?id=default:turned_dead");
        browser.post("/admin/event/discard", "id", "default:turned_dead", "reason", "\u2067because");
        for (String page : List.of("event?id=default:turned_dead", "report?name=operator_actions")) {
            assertThat(browser.get("/admin/" + page).body())
                    .contains("\\u2067because")
                    .doesNotContain("\u202e", "\u2067");
        }
        assertThat(browser.get("/admin/event?id=default:turned_dead").body()).contains("ERROR: \\u202egnorw");
    }

    @Test
    void anApprovalSaysWhichOfItsEventsHaveNotTakenEffect() throws Exception {
        service.client().deliver("""
                {"EventType":"bpms_instance_change","corpId":"ding1","eventId":"unpaid_start","type":"start",
                 "processInstanceId":"unpaid"}""");
        Browser browser = loggedIn("viewer");
        assertThat(browser.get("/admin/approvals?id=unpaid").body())
                .contains("default:unpaid_start")
                .doesNotContain("id=\"unprocessed\"");

        dead("default:unpaid_finish", "ERROR: no budget", "{\"processInstanceId\": \"unpaid\"}");

        for (String page : List.of("approvals?id=unpaid", "approvals")) {
            assertThat(browser.get("/admin/" + page).body())
                    .as(page)
                    .contains("id=\"unprocessed\" class=\"notice bad\"", ">default:unpaid_finish</a>");
        }
    }

    @Test
    void anEventThatHasNotBeenProcessedHasNoEffectYet() throws Exception {
        dead("default:waiting_approval", "ERROR: no budget", "{\"processInstanceId\": \"waiting\"}");

        assertThat(loggedIn("viewer")
                        .get("/admin/event?id=default:waiting_approval")
                        .body())
                .contains("Not processed yet")
                .doesNotContain("class=\"processed\"", "The state of the approval did not change");
    }

    /** What the service says of a processed event is when its transaction began: the database knows no later time. */
    @Test
    void theTimeOfProcessingIsThatOfItsBeginning() throws Exception {
        service.client().deliver(event("console_plain", "timed"));

        assertThat(loggedIn("viewer").get("/admin/event?id=default:timed").body())
                .contains("processing began; it took effect at the commit");
    }

    private void dead(String id, String error, String payload) {
        database.jdbc()
                .sql("""
                        with q as (
                          insert into inbox.queued_events
                                 (event_id, natural_key, ordering_key, app, corp_id, event_type, state, attempts, late_copy,
                                  occurred_at, received_at, queued_at, changed_at, transport, last_error, payload,
                                  payload_sha256)
                          values (:id, null, :id, 'default', 'ding1', 'console_dead', 'dead', 1, false, now(), now(), now(),
                                  now(), 'http', :error, cast(:payload as jsonb), sha256('dead'))
                          returning *)
                        insert into inbox.accepted_events (event_id, corp_id, event_type, accepted_at)
                        select event_id, corp_id, event_type, queued_at from q
                        """)
                .param("id", id)
                .param("error", error)
                .param("payload", payload)
                .update();
    }

    @Test
    void pagesFollowEachOtherWithoutGapAndWithoutRepetition() throws Exception {
        database.jdbc().sql("""
                insert into inbox.processed_events
                       (event_id, app, corp_id, event_type, transport, received_at, payload, payload_sha256)
                select 'default:page' || n, 'default', 'dingpages', 'console_paged', 'http',
                       timestamptz '2026-11-01 00:00:00Z' + n / 3 * interval '1 second', '{}', sha256('{}')
                  from generate_series(1, 120) n
                """).update();
        Browser browser = loggedIn("viewer");

        List<String> seen = new ArrayList<>();
        String url = "/admin/events?type=console_paged&corp=dingpages";
        for (int page = 0; page < 4 && url != null; page++) {
            String body = browser.get(url).body();
            EVENT_LINK.matcher(body).results().forEach(link -> seen.add(link.group(1)));
            url = NEXT.matcher(body)
                    .results()
                    .findFirst()
                    .map((MatchResult next) -> next.group(1).replace("&amp;", "&"))
                    .orElse(null);
        }
        assertThat(seen).hasSize(120);
        assertThat(new HashSet<>(seen)).hasSize(120);
        assertThat(browser.get("/admin/events.csv?type=console_paged").body().lines())
                .hasSize(121)
                .anyMatch(line -> line.startsWith("default:page7,default,dingpages,console_paged,processed,http,,"));
        assertThat(browser.get("/admin/events?id=page7").body()).contains("default:page7<");
    }

    @Test
    void onlyAnOperatorActsAndOnlyWithATokenAndAReason() throws Exception {
        assertThat(service.client().deliver(event("console_broken", "act")).decrypted())
                .isEqualTo("success");
        String[] form = {"id", "default:act", "reason", "mended"};

        Browser viewer = loggedIn("viewer");
        viewer.get("/admin/dead-letters");
        assertThat(viewer.post("/admin/dead-letters/discard", form).statusCode())
                .isEqualTo(403);
        Browser operator = loggedIn("operator");
        String letters = operator.get("/admin/dead-letters").body();
        assertThat(letters).contains("default:act").doesNotContain("invalid input syntax");
        operator.forgetToken();
        assertThat(operator.post("/admin/dead-letters/discard", form).statusCode())
                .isEqualTo(403);
        operator.get("/admin/dead-letters");
        operator.post("/admin/dead-letters/discard", "id", "default:act", "reason", " ");
        assertThat(operator.get("/admin/dead-letters").body()).contains("enter a reason");
        assertThat(state("default:act")).isEqualTo("dead");

        assertThat(Browser.target(operator.post("/admin/dead-letters/discard", form)))
                .isEqualTo("/admin/dead-letters");
        assertThat(operator.get("/admin/dead-letters").body()).contains("Done.", "1 / 1");
        assertThat(state("default:act")).isEqualTo("discarded");
        assertThat(database.jdbc()
                        .sql(
                                "select action || ' ' || operator || ' ' || origin || ' ' || reason from inbox.operator_actions"
                                        + " where event_id = 'default:act'")
                        .query(String.class)
                        .list())
                .containsExactly("discard operator console, from 127.0.0.1 mended");
        assertThat(operator.get("/admin/event?id=default:act").body())
                .contains("mended")
                .contains("id=\"error-masked\"");
    }

    @Test
    void anAuditIsRunInTheBackgroundAndItsResultStays() throws Exception {
        Browser operator = loggedIn("operator");
        operator.get("/admin/audit");

        assertThat(Browser.target(operator.post("/admin/audit/invariants"))).isEqualTo("/admin/audit");
        await().until(() -> operator.get("/admin/audit/results").body().contains("event_processed_twice"));
    }

    @Test
    void withoutAKeyItIsSaidThatThereAreNoSealsToCheck() throws Exception {
        Browser operator = loggedIn("operator");
        operator.get("/admin/audit");
        operator.post("/admin/audit/seals");

        await().untilAsserted(
                        () -> assertThat(operator.get("/admin/audit/results").body())
                                .contains("class=\"bad\">The check failed: inbox.seal.key is not set"));
    }

    private Browser loggedIn(String user) throws Exception {
        Browser browser = new Browser(service);
        assertThat(browser.logIn(user, user)).isEqualTo("/admin/overview");
        return browser;
    }

    private String state(String eventId) {
        return database.jdbc()
                .sql("select state from inbox.queued_events where event_id = ?")
                .param(eventId)
                .query(String.class)
                .single();
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    private static String event(String type, String id) {
        return """
                {"EventType":"%s","corpId":"dingconsole","eventId":"%s"}""".formatted(type, id);
    }
}
