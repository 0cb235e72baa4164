package io.github.dingtalkinbox.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.service.access.ConsoleProperties.Oidc;
import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.ServiceProcess;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** The login at a server of OpenID Connect, which is there only after the service has started, behind a proxy or not. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class OidcLoginPostgresTest {
    private static final int THREADS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String FAILED = "/admin/login?oidc";
    private static final String[] PROXY = {
        "X-Forwarded-For", "203.0.113.7", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "inbox.example.com"
    };

    private final TestDatabase database;
    private final Service service;
    private final Issuer issuer;
    private final HttpResponse<String> loginWithoutIssuer;

    OidcLoginPostgresTest(TestDatabase database, @TempDir Path handlers) throws Exception {
        this.database = database;
        database.jdbc().sql("create table wanted (amount integer)").update();
        Files.writeString(
                handlers.resolve("oidc_broken.sql"), "insert into wanted select cast(event_id as integer) from event");
        int port = ServiceProcess.freePort();
        List<String> properties = new ArrayList<>(oidc(Issuer.url(port)));
        properties.add("inbox.console.users.operator.password=" + new BCryptPasswordEncoder(4).encode("operator"));
        properties.add("inbox.console.users.operator.roles=operator");
        properties.add("server.forward-headers-strategy=native");
        properties.add("inbox.handlers.location=file:" + handlers.toAbsolutePath());
        this.service = Service.start(database, properties.toArray(String[]::new));
        this.loginWithoutIssuer = new Browser(service).get("/oauth2/authorization/console");
        assertThat(service.client()
                        .deliver(event("oidc_plain", "without_issuer"))
                        .decrypted())
                .isEqualTo("success");
        this.issuer = Issuer.start(port);
        issuer.sendBackTo(service.url("/login/oauth2/code/console"));
    }

    private static List<String> oidc(String issuer) {
        return List.of(
                "inbox.console.oidc.issuer=" + issuer,
                "inbox.console.oidc.client-id=" + Issuer.CLIENT_ID,
                "inbox.console.oidc.client-secret=" + Issuer.CLIENT_SECRET,
                "inbox.console.oidc.roles-claim=groups",
                "inbox.console.oidc.roles.inbox-dba=operator",
                "inbox.console.oidc.roles.inbox-readers=viewer",
                "inbox.console.oidc.roles.inbox-auditors=payload");
    }

    @AfterAll
    void stop() {
        issuer.close();
        service.close();
    }

    @Test
    void whileTheServerIsAwayItIsSaid() throws Exception {
        assertThat(Browser.target(loginWithoutIssuer)).isEqualTo(FAILED);
        assertThat(new Browser(service).get(FAILED, "Accept-Language", "en").body())
                .contains("id=\"login-oidc-failed\"");
    }

    @Test
    void aLoginIsACodeWithAProof() throws Exception {
        HttpResponse<String> toIssuer = new Browser(service).get("/oauth2/authorization/console");

        assertThat(Browser.location(toIssuer).getRawQuery())
                .contains(
                        "response_type=code",
                        "client_id=inbox",
                        "scope=openid%20profile",
                        "code_challenge=",
                        "code_challenge_method=S256",
                        "nonce=",
                        "state=")
                .doesNotContain("secret");
        assertThat(new Browser(service).get("/oauth2/authorization/another").statusCode())
                .isNotEqualTo(200);
    }

    @Test
    void theClaimSaysWhatSomebodyMay() throws Exception {
        service.client().deliver("""
                {"EventType":"oidc_plain","corpId":"ding1","eventId":"seen","title":"what it says"}""");
        Browser reader = loggedIn("wang");
        String event = "/admin/event?id=default:seen";

        assertThat(reader.get("/admin/overview").body()).contains("id=\"user\">wang<");
        assertThat(reader.get(event).body()).contains("id=\"masked\"").doesNotContain("id=\"actions\"", "what it says");
        assertThat(reader.post("/admin/event/repeat", "id", "default:seen").statusCode())
                .isEqualTo(403);
        assertThat(loggedIn("zhao").get(event).body()).contains("what it says").doesNotContain("id=\"actions\"");
        assertThat(loggedIn("mei").get(event).body())
                .contains("id=\"masked\"", "id=\"actions\"")
                .doesNotContain("what it says");
    }

    @Test
    void whoHasNoRoleComesNoFurther() throws Exception {
        Browser stranger = new Browser(service);
        assertThat(Browser.target(logIn(stranger, "li"))).isEqualTo("/admin/overview");

        for (String path : List.of("/admin/overview", "/admin/events.csv", "/admin/event?id=default:seen")) {
            HttpResponse<String> page = stranger.get(path);
            assertThat(page.statusCode()).as(path).isEqualTo(403);
            assertThat(page.body()).as(path).contains("id=\"denied\"", "id=\"user\">li<");
        }
        assertThat(Browser.target(stranger.post("/admin/logout"))).isEqualTo("/admin/login?out");
        assertThat(stranger.get("/admin/overview").statusCode()).isEqualTo(302);
    }

    @ParameterizedTest
    @ValueSource(strings = {Issuer.OF_ANOTHER_CLIENT, Issuer.OF_ANOTHER_ISSUER, Issuer.WITHOUT_A_NAME})
    void aTokenThatIsNotRightLetsNobodyIn(String user, CapturedOutput output) throws Exception {
        Browser browser = new Browser(service);

        assertThat(Browser.target(logIn(browser, user))).isEqualTo(FAILED);
        assertThat(browser.get("/admin/overview").statusCode()).isEqualTo(302);
        assertThat(output)
                .contains("A login to the console by OpenID Connect from 127.0.0.1 has failed")
                .contains(user.equals(Issuer.WITHOUT_A_NAME) ? "inbox.console.oidc.name-claim" : "invalid_id_token")
                .doesNotContain(Issuer.CLIENT_SECRET, "eyJ");
    }

    @Test
    void aServerThatCallsItselfOtherwiseIsNotAsked() {
        String wrong = "http://localhost:" + issuer.url("/").getPort();
        OidcServer server = new OidcServer(new Oidc(wrong, "inbox", "secret", "sub", "roles", Map.of()));

        assertThatThrownBy(() -> server.findByRegistrationId(OidcServer.ID))
                .hasMessage("inbox.console.oidc.issuer is " + wrong + ", but the server there calls itself "
                        + wrong.replace("localhost", "127.0.0.1"));
    }

    @Test
    void anAnswerThatNobodyHasAskedForIsRefused() throws Exception {
        Browser asked = new Browser(service);
        URI answer = Browser.location(authorized(asked, "mei"));
        String query = "?" + answer.getRawQuery();
        for (Browser other : List.of(new Browser(service), loggedIn("wang"))) {
            assertThat(Browser.target(other.get("/login/oauth2/code/console" + query)))
                    .isEqualTo(FAILED);
        }
        assertThat(Browser.target(asked.get("/login/oauth2/code/console?code=guessed&state=guessed")))
                .isEqualTo(FAILED);
        assertThat(Browser.target(asked.get("/login/oauth2/code/console"))).isEqualTo(FAILED);
        assertThat(asked.get("/admin/overview").statusCode()).isEqualTo(302);
    }

    @Test
    void aRefusalOfTheServerIsOneHereAndLeavesNoTraceOfItsWords(CapturedOutput output) throws Exception {
        Browser browser = new Browser(service);
        String asked = Browser.location(browser.get("/oauth2/authorization/console"))
                .getRawQuery()
                .replaceFirst(".*(state=[^&]*).*", "$1");

        HttpResponse<String> refused =
                browser.get("/login/oauth2/code/console?error=access_denied%0AERROR%20forged&" + asked);
        assertThat(Browser.target(refused)).isEqualTo(FAILED);
        assertThat(output.toString().lines())
                .noneMatch(line -> line.startsWith("ERROR forged"))
                .anyMatch(line -> line.contains("access_denied\\u000aERROR forged"));
    }

    @Test
    void aLoginIsANewSessionAndALogoutEndsIt() throws Exception {
        Browser browser = new Browser(service);
        browser.get("/admin/events?type=wanted");
        HttpResponse<String> in = logIn(browser, "mei");

        assertThat(Browser.target(in)).as("where he wanted to go").startsWith("/admin/events?type=wanted");
        assertThat(in.headers().allValues("Set-Cookie"))
                .as("a new session, for this browser only")
                .anySatisfy(
                        cookie -> assertThat(cookie).contains("inbox-session=", "Secure", "HttpOnly", "SameSite=Lax"));
        browser.get("/admin/overview");
        assertThat(Browser.target(browser.post("/admin/logout"))).isEqualTo("/admin/login?out");
        assertThat(browser.get("/admin/overview").statusCode()).isEqualTo(302);
    }

    @Test
    void thePasswordIsStillAWayIn() throws Exception {
        Browser browser = new Browser(service);
        assertThat(browser.get("/admin/login").body()).contains("id=\"login-oidc\"", "id=\"login-form\"");
        assertThat(browser.logIn("operator", "operator")).isEqualTo("/admin/overview");
        assertThat(browser.logIn("mei", "mei"))
                .as("the password of that server")
                .isEqualTo("/admin/login?failed");
    }

    @Test
    void behindAProxyPeopleComeBackToItAndAreKnownByTheirAddress() throws Exception {
        Browser browser = new Browser(service, PROXY);
        HttpResponse<String> toIssuer = browser.get("/oauth2/authorization/console");
        assertThat(Browser.location(toIssuer).getRawQuery()).contains("redirect_uri=" + Issuer.BEHIND_A_PROXY);
        assertThat(toIssuer.headers().allValues("Set-Cookie")).isNotEmpty().allSatisfy(cookie -> assertThat(cookie)
                .contains("Secure", "HttpOnly", "SameSite=Lax"));
        assertThat(toIssuer.headers().firstValue("Strict-Transport-Security")).isPresent();

        URI back = Browser.location(authorized(browser, "mei"));
        assertThat(back.toString()).startsWith(Issuer.BEHIND_A_PROXY + "?code=");
        HttpResponse<String> in = browser.get("/login/oauth2/code/console?" + back.getRawQuery());
        assertThat(Browser.location(in)).hasToString("https://inbox.example.com/admin/overview");

        service.client().deliver(event("oidc_broken", "discarded"));
        browser.get("/admin/dead-letters");
        browser.post("/admin/dead-letters/discard", "id", "default:discarded", "reason", "seen to it");
        assertThat(database.jdbc()
                        .sql(
                                "select action || ' ' || operator || ' ' || origin || ' ' || reason from inbox.operator_actions"
                                        + " where event_id = 'default:discarded'")
                        .query(String.class)
                        .list())
                .containsExactly("discard mei console, from 203.0.113.7 seen to it");
    }

    /** One that takes connections and never answers, which is worse than none. */
    @Test
    void whateverTheServerDoesCallbacksAreReceived(TestDatabase database, CapturedOutput output) throws Exception {
        List<String> properties = new ArrayList<>();
        ExecutorService people = Executors.newCachedThreadPool();
        try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            properties.addAll(oidc(Issuer.url(silent.getLocalPort())));
            properties.add("spring.threads.virtual.enabled=false");
            properties.add("server.tomcat.threads.max=" + THREADS);
            try (Service other = Service.start(database, properties.toArray(String[]::new))) {
                List<CompletableFuture<HttpResponse<String>>> clicks = new ArrayList<>();
                for (int i = 0; i < 2 * THREADS; i++) {
                    clicks.add(CompletableFuture.supplyAsync(() -> click(other), people));
                }
                assertThat(CompletableFuture.anyOf(clicks.toArray(CompletableFuture<?>[]::new)))
                        .as("one click too many")
                        .succeedsWithin(PATIENCE);
                assertThat(CompletableFuture.supplyAsync(() -> deliver(other), people))
                        .as("a callback, while the others wait")
                        .succeedsWithin(PATIENCE)
                        .isEqualTo("success");
                assertThat(clicks).allSatisfy(click -> assertThat(click)
                        .succeedsWithin(PATIENCE)
                        .satisfies(page -> assertThat(Browser.target(page)).isEqualTo(FAILED)));
                assertThat(output)
                        .contains("/.well-known/openid-configuration", "(HttpTimeoutException)")
                        .contains("too many other logins are waiting for the server");
            }
        } finally {
            people.shutdownNow();
        }
    }

    private static HttpResponse<String> click(Service service) {
        try {
            return new Browser(service).get("/oauth2/authorization/console");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String deliver(Service service) {
        try {
            return service.client().deliver(event("oidc_plain", "in_between")).decrypted();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Browser loggedIn(String user) throws Exception {
        Browser browser = new Browser(service);
        assertThat(Browser.target(logIn(browser, user))).isEqualTo("/admin/overview");
        return browser;
    }

    /** Goes to the server, logs in there, and comes back. */
    private HttpResponse<String> logIn(Browser browser, String user) throws Exception {
        return browser.get(Browser.location(authorized(browser, user)));
    }

    /** What the server sends somebody back with. */
    private HttpResponse<String> authorized(Browser browser, String user) throws Exception {
        HttpResponse<String> toIssuer = browser.get("/oauth2/authorization/console");
        browser.get(Browser.location(toIssuer));
        HttpResponse<String> in = browser.post(issuer.url("/login"), "username", user, "password", user);
        return browser.get(Browser.location(in));
    }

    private static String event(String type, String id) {
        return """
                {"EventType":"%s","corpId":"ding1","eventId":"%s"}""".formatted(type, id);
    }
}
