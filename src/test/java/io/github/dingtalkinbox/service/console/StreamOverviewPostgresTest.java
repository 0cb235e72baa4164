package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.annotation.Bean;

/** What the overview says about the connections to DingTalk. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class StreamOverviewPostgresTest {
    private static final Pattern ROW = Pattern.compile("(?s)<tr>(.*?)</tr>");
    private static final Pattern TAG = Pattern.compile("<[^>]*>");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final Service service;

    StreamOverviewPostgresTest(TestDatabase database) {
        List<String> properties = new ArrayList<>(Arrays.asList(Users.properties()));
        properties.add("inbox.console.pages.time-zone=Asia/Shanghai");
        this.service = Service.start(List.of(Streaming.class), database, properties.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void eachConnectionOfThisNodeIsThereWithItsStateAndProblem() throws Exception {
        String page = overview("en");

        assertThat(page).contains("id=\"stream-node\"", NodeName.get());
        assertThat(rows(page))
                .containsExactly(
                        "default 1 connected 2026-11-24 12:00:00.000 2026-11-24 12:05:00.000",
                        "default 2 connecting 2026-11-24 12:06:00.000 – connection refused",
                        "hr 1 refused by DingTalk needs attention 2026-11-24 12:00:00.000 – 401 &lt;b&gt;authFailed&lt;/b&gt;");
    }

    @Test
    void inChineseTheStatesAreChinese() throws Exception {
        assertThat(rows(overview("zh")))
                .satisfiesExactly(
                        row -> assertThat(row).contains("已连接"),
                        row -> assertThat(row).contains("连接中"),
                        row -> assertThat(row).contains("被钉钉拒绝", "需要处理"));
    }

    @Test
    void theyAreRefreshedWithTheRest() throws Exception {
        Browser browser = new Browser(service);
        browser.logIn("viewer", "viewer");

        assertThat(browser.get("/admin/overview/now").body()).contains("id=\"connections\"");
    }

    @Test
    void withoutAnAppThatHasStreamNothingIsSaidAboutIt(TestDatabase database) throws Exception {
        try (Service without = Service.start(database, Users.properties())) {
            Browser browser = new Browser(without);
            browser.logIn("viewer", "viewer");

            assertThat(browser.get("/admin/overview").body())
                    .contains("id=\"chart-traffic\"")
                    .doesNotContain("id=\"stream\"", "id=\"connections\"");
        }
    }

    private String overview(String language) throws Exception {
        Browser browser = new Browser(service);
        browser.logIn("viewer", "viewer");
        return browser.get("/admin/overview?lang=" + language).body();
    }

    private static List<String> rows(String page) {
        String table = page.substring(page.indexOf("id=\"connections\""));
        String body = table.substring(table.indexOf("<tbody>"), table.indexOf("</tbody>"));
        return ROW.matcher(body)
                .results()
                .map(row -> TAG.matcher(row.group(1)).replaceAll(" "))
                .map(text -> SPACE.matcher(text).replaceAll(" ").strip())
                .toList();
    }

    /** Connections in several states. */
    static final class Streaming {
        private static final Instant SINCE = Instant.parse("2026-11-24T04:00:00Z");

        @Bean
        StreamLevels connections() {
            List<StreamConnection> connections = List.of(
                    new StreamConnection(
                            "default", 1, ConnectionState.CONNECTED, SINCE, SINCE.plusSeconds(300), null, false),
                    new StreamConnection(
                            "default",
                            2,
                            ConnectionState.CONNECTING,
                            SINCE.plusSeconds(360),
                            null,
                            "connection refused",
                            false),
                    new StreamConnection("hr", 1, ConnectionState.REFUSED, SINCE, null, "401 <b>authFailed</b>", true));
            return () -> connections;
        }
    }
}
