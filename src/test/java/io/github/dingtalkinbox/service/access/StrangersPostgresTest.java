package io.github.dingtalkinbox.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** What somebody without a password can do to those who have one, and to the memory of the service. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class StrangersPostgresTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Service service;

    StrangersPostgresTest(TestDatabase database) {
        List<String> properties = new ArrayList<>();
        for (String user : List.of("mei", "monitor20", "monitor45")) {
            // The strength that htpasswd -C 10 gives it, so that many are checked at once.
            properties.add("inbox.console.users." + user + ".password=" + new BCryptPasswordEncoder(10).encode(user));
        }
        this.service = Service.start(List.of(Sessions.class), database, properties.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 45})
    void rightPasswordsAreNotRefusedBecauseOthersAreChecked(int atOnce) {
        String user = "monitor" + atOnce;
        List<CompletableFuture<HttpResponse<Void>>> right = new ArrayList<>();
        List<CompletableFuture<HttpResponse<Void>>> wrong = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            right.add(metrics(user, user));
            wrong.add(metrics("guessed" + atOnce, "wrong"));
        }

        assertThat(right).extracting(answer -> answer.join().statusCode()).containsOnly(200);
        assertThat(wrong).extracting(answer -> answer.join().statusCode()).containsOnly(401);
    }

    private CompletableFuture<HttpResponse<Void>> metrics(String user, String password) {
        String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        HttpRequest request = HttpRequest.newBuilder(service.url("/actuator/metrics"))
                .header("Authorization", "Basic " + basic)
                .build();
        return HTTP.sendAsync(request, BodyHandlers.discarding());
    }

    @Test
    void nothingIsKeptForWhoeverIsNotLoggedIn() throws Exception {
        AtomicInteger sessions = service.bean(AtomicInteger.class);
        int before = sessions.get();
        Browser mei = new Browser(service);
        mei.logIn("mei", "mei");
        assertThat(sessions).as("after a login").hasValue(before + 1);

        List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            for (String path : List.of("/admin/events?type=" + i, "/admin/login", "/admin/nothing", "/actuator/env")) {
                HttpRequest request = HttpRequest.newBuilder(service.url(path))
                        .header("X-Large", "x".repeat(5000))
                        .build();
                answers.add(HTTP.sendAsync(request, BodyHandlers.discarding()));
            }
            if (i % 25 == 24) {
                answers.forEach(CompletableFuture::join);
            }
        }

        assertThat(answers)
                .hasSize(2000)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isIn(200, 302, 401));
        assertThat(sessions).hasValue(before + 1);
        assertThat(new Browser(service)
                        .post("/admin/login", "username", "mei", "password", "mei")
                        .statusCode())
                .as("a form without its token")
                .isEqualTo(403);
        assertThat(sessions).hasValue(before + 1);
    }

    @Test
    void theLoginLeadsToThePageThatWasWanted() throws Exception {
        Browser browser = new Browser(service);
        browser.get("/admin/events?type=a%26b&corp=%E9%92%89");

        assertThat(browser.logIn("mei", "mei")).isEqualTo("/admin/events?type=a%26b&corp=%E9%92%89");
        assertThat(browser.logIn("mei", "mei")).as("once").isEqualTo("/admin/overview");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example/", "//evil.example/", "/admin/\\evil", "/elsewhere", "/admin/\r\nX: y"})
    void theLoginLeadsNowhereElse(String page) throws Exception {
        String forged = "inbox-page=" + Base64.getUrlEncoder().withoutPadding().encodeToString(page.getBytes(UTF_8));
        for (String cookie : List.of(forged, "inbox-page=%%%", "inbox-page=x")) {
            Browser browser = new Browser(service, "Cookie", cookie);
            assertThat(browser.logIn("mei", "mei")).as(cookie).isEqualTo("/admin/overview");
        }
    }

    static final class Sessions {
        @Bean
        AtomicInteger sessions() {
            return new AtomicInteger();
        }

        @Bean
        HttpSessionListener counter(AtomicInteger sessions) {
            return new HttpSessionListener() {
                @Override
                public void sessionCreated(HttpSessionEvent created) {
                    sessions.incrementAndGet();
                }
            };
        }
    }
}
