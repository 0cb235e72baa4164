package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Browser;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A service with a database of its owner's, who has named no user of the console. */
@Postgres
class ConsoleOffPostgresTest {
    @Test
    void whereNobodyCanLogInNothingIsOpen(TestDatabase database) throws Exception {
        try (Service service = Service.start(database)) {
            Browser browser = new Browser(service);
            for (String path : List.of("/admin", "/admin/login", "/admin/overview", "/admin/events", "/admin/denied")) {
                HttpResponse<String> page = browser.get(path);
                assertThat(page.statusCode()).as(path).isEqualTo(404);
                assertThat(page.body()).as(path).contains("id=\"console-off\"", "inbox.console.users.admin.password");
                assertThat(page.headers().map()).as(path).doesNotContainKey("set-cookie");
            }
            assertThat(browser.post("/admin/login", "username", "admin", "password", "admin")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(browser.post("/admin/cleanup/run", "reason", "open?").statusCode())
                    .isEqualTo(404);
            assertThat(browser.get("/actuator/metrics").statusCode()).isEqualTo(401);
        }
    }
}
