package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.ServiceProcess;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Whatever strangers send, and whatever is in a query of somebody who has logged in, is no failure of the service. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class HostileRequestsPostgresTest {
    private static final int REQUESTS = 10_000;
    private static final int QUERIES = 1500;
    private static final long FIXED_SEED = 19;

    /** A request that has no end is ended by the server. */
    private static final int LONGEST_ANSWER = 20_000;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}).*");

    private static final Map<String, List<String>> PAGES = Map.ofEntries(
            Map.entry("overview", List.of("span", "lang")),
            Map.entry("overview/now", List.of("span")),
            Map.entry(
                    "events", List.of("id", "approval", "app", "corp", "type", "state", "from", "to", "after", "lang")),
            Map.entry("events.csv", List.of("id", "approval", "app", "corp", "type", "state", "from", "to", "after")),
            Map.entry("event", List.of("id", "again")),
            Map.entry("duplicates", List.of("id", "app", "corp", "type", "state", "from", "to", "after", "differing")),
            Map.entry("dead-letters", List.of("type", "after", "all")),
            Map.entry("approvals", List.of("id", "lang")),
            Map.entry("cleanup", List.of("reason", "lang")),
            Map.entry("cleanup/plan", List.of("reason")),
            Map.entry("audit", List.of("name")),
            Map.entry("audit/results", List.of("name")),
            Map.entry("report", List.of("name", "from", "to")),
            Map.entry("report?name=traffic&x=", List.of("from", "to")),
            Map.entry("login", List.of("failed", "oidc", "locked", "out", "lang")));
    private static final List<String> ACTIONS =
            List.of("event/replay", "event/repeat", "event/discard", "dead-letters/replay", "dead-letters/discard");

    /** In a process of its own, whose log nobody else writes. */
    private final ServiceProcess service;

    private final Path log;

    HostileRequestsPostgresTest(TestDatabase database, @TempDir Path folder) throws IOException {
        this.log = folder.resolve("service.log");
        this.service = new ServiceProcess(
                database,
                log,
                "inbox.console.users.admin.password=" + new BCryptPasswordEncoder(4).encode("admin"),
                "inbox.console.users.admin.roles=operator,payload",
                // While so many requests come at once, the database may not answer its check in time.
                "management.health.inbox-database.enabled=false",
                "management.endpoint.health.group.readiness.include=readinessState",
                "server.servlet.session.cookie.secure=false");
        service.start();
        service.awaitReady();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void noRequestOfAStrangerIsAFailureOfTheService() throws Exception {
        ConcurrentMap<String, String> failures = new ConcurrentHashMap<>();
        ConcurrentMap<String, Integer> answers = new ConcurrentHashMap<>();
        for (long seed : new long[] {FIXED_SEED, ThreadLocalRandom.current().nextLong()}) {
            HostileRequests requests = new HostileRequests(seed);
            List<byte[]> all = IntStream.range(0, REQUESTS / 2)
                    .mapToObj(i -> requests.next())
                    .toList();
            all.parallelStream().forEach(request -> {
                String status = send(request);
                answers.merge(status, 1, Integer::sum);
                // What HTTP does not know, or this server of it, is answered by the container.
                if (status.startsWith("5") && !status.equals("501") && !status.equals("505")) {
                    failures.put("seed " + seed + ": " + Printable.line(new String(request, ISO_8859_1), 1000), status);
                }
            });
            assertThat(failures).as("seed %s", seed).isEmpty();
            assertThatTheLogIsQuiet();
        }
        assertThat(answers)
                .as("not all of them are refused at the door")
                .containsKeys("200", "302", "401", "404", "405");
        assertThat(new CallbackClient(service.url("/dingtalk/callback"), Service.CREDENTIALS)
                        .deliver("{\"EventType\":\"hostile\",\"eventId\":\"none\"}")
                        .decrypted())
                .isEqualTo("success");
    }

    /** Spring Security would refuse some headers when it reads them, which may be in the middle of a page. */
    @Test
    void noHeaderMakesADifference() throws Exception {
        Map<String, String> statuses = Map.of(
                "GET /admin/login", "200",
                "POST /admin/logout", "403",
                "GET /admin/denied", "302",
                "GET /actuator/metrics", "401");
        for (String request : statuses.keySet()) {
            for (String header :
                    List.of("Accept-Language: en", "Accept-Language: a\u0086", "Accept: \u0086", "X-Owner: 张三")) {
                assertThat(send((request + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n").getBytes(UTF_8)))
                        .as("%s with %s", request, Printable.line(header))
                        .isEqualTo(statuses.get(request));
            }
        }
        assertThatTheLogIsQuiet();
    }

    /** Spring's answer to a method that is not supported names the path, and fails if it is no URI. */
    @ParameterizedTest
    @ValueSource(
            strings = {"POST //", "GET //", "PUT //?a=1", "POST /%5b//", "POST ///", "TRACE /con;x=%%32", "TRACE /a%zzb"
            })
    void noPathMakesAnAnswerFail(String request) throws Exception {
        assertThat(send((request + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(UTF_8)))
                .startsWith("4");
        assertThatTheLogIsQuiet();
    }

    /** It is compared with the one in the cookie byte by byte, which may give no text. */
    @Test
    void noTokenOfAFormIsAFailure() throws Exception {
        for (String token : List.of("0x1", "gIA=", "gA==", "AA", "A", "=", "%80")) {
            for (String cookie : List.of("y", "yy", "é", "", "0123456789")) {
                assertThat(send(("POST /admin/logout?_csrf=" + token
                                        + " HTTP/1.1\r\nHost: localhost\r\nCookie: inbox-token=" + cookie + "\r\n\r\n")
                                .getBytes(UTF_8)))
                        .as("%s with %s", token, cookie)
                        .startsWith("4");
            }
        }
        assertThatTheLogIsQuiet();
    }

    private void assertThatTheLogIsQuiet() throws IOException {
        assertThat(Files.readAllLines(log))
                .isNotEmpty()
                .noneMatch(line -> line.contains(" ERROR ") || line.startsWith("\tat "));
    }

    /** The status of the first answer; empty: the connection was closed without one. */
    private String send(byte[] request) {
        try (Socket socket = new Socket("localhost", service.url("/").getPort())) {
            socket.setSoTimeout(LONGEST_ANSWER);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readNBytes(100), ISO_8859_1);
            var status = STATUS.matcher(answer.lines().findFirst().orElse(""));
            return status.matches() ? status.group(1) : "";
        } catch (SocketException e) {
            return ""; // closed with bytes unread
        } catch (IOException e) {
            throw new IllegalStateException("No answer to " + Printable.line(new String(request, ISO_8859_1)), e);
        }
    }

    @Test
    void noQueryOfAPageIsAFailureOfTheService() throws Exception {
        Browser admin = new Browser(service);
        assertThat(admin.logIn("admin", "admin")).isEqualTo("/admin/overview");
        String cookie = "Cookie: inbox-session=" + admin.cookie("inbox-session");
        for (long seed : new long[] {FIXED_SEED, ThreadLocalRandom.current().nextLong()}) {
            HostileRequests requests = new HostileRequests(seed);
            List<String> pages = List.copyOf(PAGES.keySet());
            ConcurrentMap<String, Integer> answers = new ConcurrentHashMap<>();
            List<String> targets = IntStream.range(0, QUERIES / 2)
                    .mapToObj(i -> {
                        String page = pages.get(i % pages.size());
                        return page
                                + (page.contains("?") ? "&" : "?")
                                + requests.query(PAGES.getOrDefault(page, List.of()));
                    })
                    .toList();
            ConcurrentMap<String, String> failures = new ConcurrentHashMap<>();
            targets.parallelStream().forEach(target -> {
                String status = send(("GET /admin/" + target + " HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n\r\n")
                        .getBytes(ISO_8859_1));
                answers.merge(status, 1, Integer::sum);
                if (status.startsWith("5")) {
                    failures.put("seed " + seed + ": " + target, status);
                }
            });
            assertThat(failures).isEmpty();
            assertThat(answers.getOrDefault("200", 0))
                    .as("pages, of %s", answers)
                    .isGreaterThan(QUERIES / 8);
            for (String action : ACTIONS) {
                for (String value : HostileRequests.VALUES) {
                    String decoded = new String(value.getBytes(ISO_8859_1), ISO_8859_1).replace("%00", "\0");
                    int status = admin.post("/admin/" + action, "id", decoded, "reason", decoded, "type", decoded)
                            .statusCode();
                    assertThat(status).as(action + " " + value).isLessThan(500);
                }
            }
            assertThatTheLogIsQuiet();
        }
    }
}
