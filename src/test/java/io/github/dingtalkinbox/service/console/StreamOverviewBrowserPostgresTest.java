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

/** The connections to DingTalk on the overview, in a browser. */
@Postgres
@ExtendWith(ChromiumExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class StreamOverviewBrowserPostgresTest {
    static final List<Look> LOOKS = List.of(new Look("zh-CN", false, true), new Look("en", true, false));

    private final Chromium chromium;
    private final Service service;

    StreamOverviewBrowserPostgresTest(Chromium chromium, TestDatabase database) {
        this.chromium = chromium;
        this.service = Service.start(List.of(StreamOverviewPostgresTest.Streaming.class), database, Users.properties());
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void theConnectionsAreReadable(Look look) {
        try (Tab tab = chromium.open(service, look)) {
            tab.logIn("admin");
            assertThat(tab.count("#connections tbody tr")).isEqualTo(3);
            assertThat(tab.text("#connections tbody tr:last-child .error")).isEqualTo("401 <b>authFailed</b>");
            if (look.isOnAPhone()) {
                tab.assertFits();
            }
            tab.assertAccessible();
        }
    }
}
