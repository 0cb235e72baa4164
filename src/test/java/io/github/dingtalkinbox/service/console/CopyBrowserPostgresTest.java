package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Chromium;
import io.github.dingtalkinbox.testing.ChromiumExtension;
import io.github.dingtalkinbox.testing.Look;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.Tab;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** The button that copies what an event says, in browsers that give pages no clipboard: over plain HTTP, they do not. */
@Postgres
@ExtendWith(ChromiumExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class CopyBrowserPostgresTest {
    private static final String NO_CLIPBOARD = "delete Navigator.prototype.clipboard";
    private static final String NO_COPYING = "Document.prototype.execCommand = () => false";

    private final Chromium chromium;
    private final Service service;

    CopyBrowserPostgresTest(Chromium chromium, TestDatabase database) throws Exception {
        this.chromium = chromium;
        this.service = Service.start(database, Users.properties());
        service.client().deliver("""
                {"EventType":"console_plain","corpId":"ding1","eventId":"copied","title":"to be copied"}""");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void withoutAClipboardOfItsOwnThePageCopiesAllTheSame() {
        try (Tab tab = chromium.open(service, Look.PLAIN)) {
            tab.page().addInitScript(NO_CLIPBOARD);
            click(tab, "data-done");

            tab.page().fill("#reason", "");
            tab.page().press("#reason", "Control+V");
            assertThat(tab.find("#reason").inputValue()).contains("\"title\": \"to be copied\"");
        }
    }

    @Test
    void whoHasToCopyByHandFindsItSelectedAndIsTold() {
        for (String language : new String[] {"en", "zh"}) {
            try (Tab tab = chromium.open(service, new Look(language, false, false))) {
                tab.page().addInitScript(NO_CLIPBOARD + "; " + NO_COPYING);
                click(tab, "data-selected");

                assertThat(tab.text("#copy")).contains("Ctrl+C");
                assertThat(tab.page().evaluate("getSelection().toString()"))
                        .isEqualTo(tab.find("#payload").textContent());
            }
        }
    }

    private static void click(Tab tab, String outcome) {
        tab.logIn("admin");
        tab.go("/admin/event?id=default:copied");
        tab.page().click("#copy");
        String told = tab.find("#copy").getAttribute(outcome);
        tab.page().waitForCondition(() -> tab.text("#copy").equals(told));
    }
}
