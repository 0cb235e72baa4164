package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.service.embedded.NewKeys;
import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators do in the console, in the whole service: on a database of its owner's, as the role that may only add to
 * the log, with another one for the cleanup. Each kind of form that somebody without the right to it sends, too.
 */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class ConsoleActionsPostgresTest {
    private static final Pattern ONCE = Pattern.compile("name=\"once\" value=\"([^\"]+)\"");
    private static final String COOKIE = "inbox-session=";

    private final TestDatabase beside;
    private final TestDatabase owner;
    private final TestDatabase app;
    private final Service service;

    ConsoleActionsPostgresTest(TestDatabase beside, @TempDir Path handlers) throws Exception {
        this.beside = beside;
        this.owner = Roles.newDatabase(beside, "console");
        this.app = owner.as("inbox_app");
        try (TestDatabase migrator = owner.as("inbox_migrator")) {
            migrator.jdbc().sql("create table handled (event_id text)").update();
            migrator.jdbc().sql("create table in_order (ready integer)").update();
            migrator.jdbc().sql("insert into in_order values (0)").update();
        }
        String handle = "insert into handled (event_id) select event_id from event";
        Files.writeString(handlers.resolve("sound.sql"), handle);
        Files.writeString(handlers.resolve("mended.sql"), handle + " cross join in_order where 1 / ready = 1");
        Files.writeString(handlers.resolve("broken.sql"), handle + " where cast(event_id as integer) = 0");
        new History(owner).events(5, "old", 10);
        List<String> properties = new ArrayList<>(Arrays.asList(Users.properties()));
        properties.addAll(List.of(
                "inbox.schema.username=inbox_migrator",
                "inbox.schema.password=" + Roles.PASSWORD,
                "inbox.retention.username=inbox_cleanup",
                "inbox.retention.password=" + Roles.PASSWORD,
                "inbox.retention.schedule=-",
                "inbox.retention.events=3d",
                "inbox.seal.key=" + NewKeys.sealKey(),
                // As it is without a word about it.
                "server.servlet.session.cookie.secure=true",
                "inbox.handlers.location=file:" + handlers.toAbsolutePath()));
        this.service = Service.start(app, properties.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        service.close();
        Invariants.assertNoRow(owner.jdbc());
        app.close();
        Roles.drop(owner, beside);
    }

    @Test
    void theRoleOfTheServiceMaySeeEveryPage() throws Exception {
        deliver("sound", "seen");
        deliver("sound", "seen");
        deliver("broken", "seen_dead");
        service.client().deliver("""
                {"EventType":"bpms_instance_change","corpId":"ding1","eventId":"seen_approval","type":"start",
                 "processInstanceId":"seen-instance","processCode":"PROC-1","createTime":1790000000000}""");
        Browser admin = loggedIn("admin");

        Stream<String> pages = Stream.of(
                "overview?span=week",
                "overview/now",
                "events?state=dead&app=default&corp=ding1&type=broken&from=2026-01-01T00:00",
                "events?id=seen",
                "events?approval=seen-instance",
                "events.csv",
                "event?id=default:seen",
                "event?id=default:seen_dead",
                "event?id=default:seen_approval",
                "duplicates?differing=yes&type=sound",
                "dead-letters?type=broken",
                "approvals",
                "approvals?id=seen-instance",
                "cleanup",
                "cleanup/plan",
                "audit",
                "audit/results");
        Stream<String> reports = Report.all().stream().map(report -> "report?name=" + report.name());
        for (String page : Stream.concat(pages, reports).toList()) {
            assertThat(admin.get("/admin/" + page).statusCode()).as(page).isEqualTo(200);
        }
    }

    @Test
    void deadLettersAreDiscardedOneByOneAndSeveralAtOnce() throws Exception {
        for (String id : List.of("one", "two", "three")) {
            deliver("broken", id);
        }
        refuseOthers("/admin/dead-letters/discard", "/admin/dead-letters", "id", "default:one", "reason", "open?");
        Browser operator = loggedIn("operator");
        operator.get("/admin/dead-letters");
        operator.post("/admin/dead-letters/discard", "reason", "which?");
        assertThat(operator.get("/admin/dead-letters").body()).contains("choose at least one");

        operator.post("/admin/event/discard", "id", "default:one", "reason", "never mind");
        assertThat(operator.get("/admin/event?id=default:one").body()).contains("Done.", "discarded");
        operator.post("/admin/event/discard", "id", "default:one", "reason", "never mind");
        assertThat(operator.get("/admin/event?id=default:one").body()).contains("Not done.", "is already discarded");
        operator.post("/admin/dead-letters/discard", "id", "default:two", "id", "default:three", "reason", "nor these");
        assertThat(operator.get("/admin/dead-letters").body()).contains("Done.", "2 / 2");
        assertThat(actions("default:one", "default:two", "default:three"))
                .containsExactly(
                        "default:one discard operator console, from 127.0.0.1 never mind",
                        "default:three discard operator console, from 127.0.0.1 nor these",
                        "default:two discard operator console, from 127.0.0.1 nor these");
    }

    @Test
    void deadLettersAreReplayedOneByOneAndAllAtOnce() throws Exception {
        for (String id : List.of("first", "second", "third")) {
            deliver("mended", id);
        }
        owner.jdbc().sql("update in_order set ready = 1").update();
        refuseOthers("/admin/event/replay", "/admin/dead-letters", "id", "default:first", "reason", "open?");
        Browser operator = loggedIn("operator");
        String page = "/admin/event?id=default:first";
        operator.get(page);
        operator.post("/admin/event/replay", "id", "default:first", "reason", " ");
        assertThat(operator.get(page).body()).contains("enter a reason");
        assertThat(Browser.target(operator.post("/admin/event/replay", "id", "default:first", "reason", "mended")))
                .isEqualTo("/admin/event?id=default%3Afirst");
        assertThat(operator.get(page).body()).contains("Done.", "replayed");
        await().untilAsserted(() -> assertThat(handled("default:first")).isEqualTo(1));

        operator.get("/admin/dead-letters?type=mended");
        operator.post("/admin/dead-letters/replay", "type", "mended", "all", "yes", "reason", "all of them");
        assertThat(operator.get("/admin/dead-letters").body()).contains("Done.", "2 / 2");
        await().untilAsserted(() ->
                assertThat(handled("default:second", "default:third")).isEqualTo(2));
        assertThat(actions("default:first", "default:second", "default:third"))
                .containsExactly(
                        "default:first replay operator console, from 127.0.0.1 mended",
                        "default:second replay operator console, from 127.0.0.1 all of them",
                        "default:third replay operator console, from 127.0.0.1 all of them");
    }

    @Test
    void aProcessedEventIsRepeatedOnceHoweverOftenTheButtonIsPressed() throws Exception {
        deliver("sound", "again");
        String page = "/admin/event?id=default:again";
        refuseOthers("/admin/event/repeat", page, "id", "default:again", "reason", "open?", "again", "yes");
        Browser operator = loggedIn("operator");
        operator.get(page);
        operator.post("/admin/event/repeat", "id", "default:again", "reason", "unaware");
        assertThat(operator.get(page).body()).contains("confirm that the handlers");
        operator.post("/admin/event/repeat", "id", "default:again", "again", "yes");
        String form = once(operator.get(page).body());
        assertThat(handled("default:again")).isEqualTo(1);

        String[] press = {"id", "default:again", "reason", "lost it", "again", "yes", "once", form};
        operator.post("/admin/event/repeat", press);
        assertThat(operator.get(page).body()).contains("Done.", "ran once more");
        operator.post("/admin/event/repeat", press);
        assertThat(operator.get(page).body()).contains("already sent").doesNotContain("Done.");
        assertThat(handled("default:again")).isEqualTo(2);
        assertThat(actions("default:again"))
                .containsExactly("default:again repeat operator console, from 127.0.0.1 lost it");
    }

    @Test
    void formsOfDeadLettersCountOnceToo() throws Exception {
        deliver("broken", "clicked");
        Browser operator = loggedIn("operator");
        String form = once(operator.get("/admin/dead-letters").body());
        String[] press = {"id", "default:clicked", "reason", "try", "once", form};
        operator.post("/admin/dead-letters/replay", press);
        operator.post("/admin/dead-letters/replay", press);
        assertThat(operator.get("/admin/dead-letters").body()).contains("already sent");
        assertThat(actions("default:clicked")).hasSize(1);
    }

    @Test
    void theCleanupRunsAsItsOwnRoleAndShowsWhatCameOfIt() throws Exception {
        await().untilAsserted(() -> assertThat(
                        loggedIn("viewer").get("/admin/cleanup/plan").body())
                .contains("processed_events", "<td>old</td>", "<td class=\"number\">10</td>"));
        refuseOthers("/admin/cleanup/run", "/admin/cleanup", "reason", "open?");
        Browser operator = loggedIn("operator");
        String form = once(operator.get("/admin/cleanup").body());
        operator.post("/admin/cleanup/run", "reason", " ", "once", form);
        assertThat(operator.get("/admin/cleanup").body()).contains("enter a reason");
        assertThat(new History(owner).count("processed_events", "event_type = 'old'"))
                .isEqualTo(10);

        String[] press = {"reason", "the disk is full", "once", form};
        assertThat(Browser.target(operator.post("/admin/cleanup/run", press))).isEqualTo("/admin/cleanup");
        operator.post("/admin/cleanup/run", press);
        assertThat(operator.get("/admin/cleanup").body()).contains("already sent");
        await().untilAsserted(
                        () -> assertThat(operator.get("/admin/cleanup/result").body())
                                .contains("id=\"result\"", "Removed rows: 10", "class=\"good\""));
        assertThat(new History(owner).count("processed_events", "event_type = 'old'"))
                .isZero();
        assertThat(owner.jdbc()
                        .sql("select distinct operator || ' ' || origin || ' ' || reason from inbox.cleanup_runs")
                        .query(String.class)
                        .list())
                .containsExactly("operator console, from 127.0.0.1 the disk is full");
        assertThat(operator.get("/admin/cleanup").body()).contains("the disk is full");
    }

    @Test
    void aCleanupThatCannotLogInHidesNothing() throws Exception {
        List<String> properties = new ArrayList<>(Arrays.asList(Users.properties()));
        properties.addAll(List.of("inbox.retention.username=inbox_nobody", "inbox.retention.password=none"));
        try (Service misconfigured = Service.start(app, properties.toArray(String[]::new))) {
            Browser viewer = new Browser(misconfigured);
            viewer.logIn("viewer", "viewer");
            for (String page : List.of("/admin/overview", "/admin/cleanup")) {
                assertThat(viewer.get(page).statusCode()).as(page).isEqualTo(200);
            }
        }
    }

    @Test
    void theRoleOfTheServiceMayCheckInvariantsAndSeals() throws Exception {
        refuseOthers("/admin/audit/seals", "/admin/audit");
        Browser operator = loggedIn("operator");
        operator.get("/admin/audit");
        operator.post("/admin/audit/invariants");
        operator.post("/admin/audit/seals");
        await().untilAsserted(
                        () -> assertThat(operator.get("/admin/audit/results").body())
                                .contains("event_processed_twice", "id=\"seal-verdict\"", "Intact: ")
                                .doesNotContain("class=\"bad\"", "class=\"running\""));
    }

    @Test
    void aSpreadsheetCalculatesNothingOfWhatIsExported() throws Exception {
        List<String> hostile = List.of("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "＝1+1", "\\t=1", "\\n=1");
        for (String type : hostile) {
            deliver(type, "csv_" + hostile.indexOf(type));
        }
        deliver("a\\\"b,c\\r\\nd", "csv_quoted");
        deliver("审批，完成", "csv_chinese");
        HttpResponse<String> file = loggedIn("viewer").get("/admin/events.csv?corp=ding1");

        assertThat(file.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"events.csv\"");
        assertThat(file.headers().firstValue("Content-Type").orElse(""))
                .isEqualToIgnoringCase("text/csv;charset=UTF-8");
        assertThat(file.body())
                .startsWith("\uFEFFevent_id,")
                .contains(
                        ",'=cmd|' /C calc'!A0,processed,",
                        ",'+1,processed,",
                        ",'-1,processed,",
                        ",'@SUM(1),processed,",
                        ",'＝1+1,processed,",
                        ",'\t=1,processed,",
                        ",\"'\n=1\",processed,",
                        ",\"a\"\"b,c\r\nd\",processed,",
                        ",审批，完成,processed,");
    }

    @Test
    void nobodyClaimsAnotherAddressWithoutAProxy() throws Exception {
        deliver("broken", "claimed");
        Browser operator = new Browser(service, "X-Forwarded-For", "203.0.113.7", "Forwarded", "for=203.0.113.7");
        operator.logIn("operator", "operator");
        operator.get("/admin/dead-letters");
        operator.post("/admin/dead-letters/discard", "id", "default:claimed", "reason", "never mind");
        assertThat(actions("default:claimed"))
                .containsExactly("default:claimed discard operator console, from 127.0.0.1 never mind");
        for (int i = 0; i < 5; i++) {
            assertThat(new Browser(service, "X-Forwarded-For", "203.0.113." + i).logIn("guessed", "wrong"))
                    .isEqualTo("/admin/login?failed");
        }
        assertThat(new Browser(service, "X-Forwarded-For", "203.0.113.99").logIn("guessed", "wrong"))
                .isEqualTo("/admin/login?locked");
    }

    @Test
    void aLoginIsANewSessionThatOnlyBrowsersWithTlsSend() throws Exception {
        Browser browser = new Browser(service);
        assertThat(browser.get("/admin/login").headers().allValues("Set-Cookie"))
                .as("before the login")
                .noneMatch(cookie -> cookie.startsWith(COOKIE));
        String after = cookie(browser.post("/admin/login", "username", "viewer", "password", "viewer"));

        assertThat(after).contains("; Secure", "; HttpOnly", "; SameSite=Lax");
        Browser owner = new Browser(service, "Cookie", after.replaceFirst(";.*", ""));
        assertThat(owner.get("/admin/overview").statusCode()).isEqualTo(200);
    }

    @Test
    void everyKindOfAnswerIsHardened() throws Exception {
        Browser viewer = loggedIn("viewer");
        viewer.get("/admin/overview");
        List<HttpResponse<String>> answers = List.of(
                new Browser(service).get("/admin/login"),
                new Browser(service).get("/admin/overview"),
                new Browser(service).get("/admin/assets/console.js"),
                viewer.get("/admin/events.csv"),
                viewer.get("/admin/nothing"),
                viewer.get("/admin/event?id=none"),
                viewer.post("/admin/cleanup/run", "reason", "open?"));
        assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(200, 302, 200, 200, 404, 404, 403);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).contains("same-origin");
        });
    }

    /** Who is no operator, and who comes from another site's page. */
    private void refuseOthers(String action, String page, String... form) throws Exception {
        Browser viewer = loggedIn("viewer");
        viewer.get(page);
        assertThat(viewer.post(action, form).statusCode()).as("as a viewer").isEqualTo(403);
        Browser operator = loggedIn("operator");
        operator.forgetToken();
        assertThat(operator.post(action, form).statusCode())
                .as("from elsewhere")
                .isEqualTo(403);
        assertThat(Browser.target(new Browser(service).post(action, form)))
                .as("without a login")
                .isIn("", "/admin/login");
    }

    private static String once(String page) {
        var found = ONCE.matcher(page);
        assertThat(found.find()).as("a form that counts once").isTrue();
        return found.group(1);
    }

    private static String cookie(HttpResponse<String> page) {
        return page.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith(COOKIE))
                .findFirst()
                .orElseThrow();
    }

    private Browser loggedIn(String user) throws Exception {
        Browser browser = new Browser(service, "Accept-Language", "en");
        assertThat(browser.logIn(user, user)).isEqualTo("/admin/overview");
        return browser;
    }

    private List<String> actions(String... eventIds) {
        return owner.jdbc()
                .sql("select event_id || ' ' || action || ' ' || operator || ' ' || origin || ' ' || reason"
                        + " from inbox.operator_actions where event_id = any (?) order by event_id, acted_at")
                .param(eventIds)
                .query(String.class)
                .list();
    }

    private int handled(String... eventIds) {
        return owner.jdbc()
                .sql("select count(*) from handled where event_id = any (?)")
                .param(eventIds)
                .query(Integer.class)
                .single();
    }

    private void deliver(String type, String id) throws Exception {
        assertThat(service.client().deliver("""
                {"EventType":"%s","corpId":"ding1","eventId":"%s"}""".formatted(type, id)).decrypted())
                .isEqualTo("success");
    }
}
