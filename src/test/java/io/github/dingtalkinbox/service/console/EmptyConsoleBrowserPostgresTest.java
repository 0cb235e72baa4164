package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Chromium;
import io.github.dingtalkinbox.testing.ChromiumExtension;
import io.github.dingtalkinbox.testing.Look;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.Tab;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The pages of the console in a browser, before anything has come. */
@Postgres
@ExtendWith(ChromiumExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class EmptyConsoleBrowserPostgresTest {
    static final List<Look> LOOKS = List.of(new Look("zh-CN", false, true), new Look("en", true, false));

    private static final List<String> WITHOUT_ROWS =
            List.of("events", "duplicates", "dead-letters", "approvals", "cleanup", "report?name=conflicts");

    private final Chromium chromium;
    private final TestDatabase database;
    private final Service service;

    EmptyConsoleBrowserPostgresTest(Chromium chromium, TestDatabase database) {
        this.chromium = chromium;
        this.database = database;
        this.service = Service.start(database, Users.properties());
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void anEmptyLogIsNoProblem(Look look) {
        try (Tab tab = chromium.open(service, look)) {
            tab.logIn("admin");
            assertThat(tab.text("#tile-events dd")).isEqualTo("0");
            assertThat(tab.text("#tile-share dd")).isEqualTo("0.00 %");
            assertThat(tab.count("#no-gaps")).isEqualTo(1);
            assertThat(tab.count("canvas")).isEqualTo(3);
            assertReadable(tab, look);
            for (String page : WITHOUT_ROWS) {
                tab.go("/admin/" + page);
                assertThat(tab.count("#empty")).as(page).isEqualTo(1);
                assertThat(tab.count("main tbody tr, #next")).as(page).isZero();
                assertReadable(tab, look);
            }
            tab.go("/admin/audit");
            assertReadable(tab, look);
        }
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void whatCannotBeAnsweredIsSaidAsReadably(Look look) {
        try (Tab tab = chromium.open(service, look)) {
            tab.logIn("admin");
            database.jdbc()
                    .sql("alter view inbox.audit_approvals rename to gone")
                    .update();
            try {
                tab.goInVain("/admin/approvals", 500);
            } finally {
                database.jdbc()
                        .sql("alter view inbox.gone rename to audit_approvals")
                        .update();
            }
            assertThat(tab.count("#failed")).isEqualTo(1);
            assertReadable(tab, look);
        }
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void aConsoleThatIsOffSaysHowToSwitchItOn(Look look) {
        try (Service without = Service.start(database);
                Tab tab = chromium.open(without, look)) {
            tab.goInVain("/admin", 404);
            assertThat(tab.count("#console-off")).isEqualTo(1);
            assertReadable(tab, look);
        }
    }

    private static void assertReadable(Tab tab, Look look) {
        if (look.isOnAPhone()) {
            tab.assertFits();
        }
        tab.assertAccessible();
    }
}
