package io.github.dingtalkinbox.service.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** A service with all configured, which makes nothing up. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class StartReportPostgresTest {
    private static final String HASH = new BCryptPasswordEncoder(4).encode("wordless");

    @Test
    void everyStartNamesAllCallbackUrlsAndTheConsole(TestDatabase database, CapturedOutput output) {
        String[] properties = {
            "server.servlet.context-path=/inbox",
            "inbox.apps.hr.token=" + Service.CREDENTIALS.token(),
            "inbox.apps.hr.aes-key=" + Service.CREDENTIALS.aesKey(),
            "inbox.apps.hr.owner-key=" + Service.CREDENTIALS.ownerKey(),
            "inbox.console.users.mei.password=" + HASH
        };
        for (int start = 1; start <= 2; start++) {
            int seen = output.length();
            try (Service service = Service.start(database, properties)) {
                String application = service.url("/inbox").toString();
                assertThat(output.toString().substring(seen))
                        .contains("The service is ready. On this machine:\n"
                                + "  Callback URL:  " + application + "/dingtalk/callback\n"
                                + "  Callback URL:  " + application + "/dingtalk/callback/hr\n"
                                + "  Console:       " + application + "/admin\n")
                        .doesNotContain("made up", Service.CREDENTIALS.token(), Service.CREDENTIALS.aesKey(), HASH);
            }
        }
    }

    @Test
    void aConsoleThatIsOffIsSaidToBe(TestDatabase database, CapturedOutput output) {
        try (Service service = Service.start(database)) {
            assertThat(output)
                    .contains("  Callback URL:  " + service.url("/dingtalk/callback"))
                    .contains("  Console:       off, because no user is configured: set inbox.console.users");
        }
    }
}
