package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The starts that must not succeed: each ends with what is wrong and what to do, and without a stack trace. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class StartPostgresTest {
    @Test
    void aWrongKeyNamesItsProperty(TestDatabase database, CapturedOutput output) {
        failsToStart(database, output, "inbox.apps.default.aes-key=not43secret");

        assertThat(output)
                .contains("inbox.apps.default.aes-key: The EncodingAESKey must be exactly 43 characters")
                .doesNotContain("not43secret");
    }

    @Test
    void aPasswordOfTheConsoleIsKeptAsAHashOnly(TestDatabase database, CapturedOutput output) {
        failsToStart(database, output, "inbox.console.users.mei.password=plainsecret");

        assertThat(output)
                .contains("inbox.console.users.mei.password must be a bcrypt hash", "htpasswd")
                .doesNotContain("plainsecret");
    }

    @Test
    void anExternalDatabaseNeedsAConfiguredApp(TestDatabase database, CapturedOutput output) {
        assertThatThrownBy(() -> Application.service()
                        .run(
                                "--server.port=0",
                                "--spring.datasource.url=" + database.jdbcUrl(),
                                "--spring.datasource.username=" + database.user(),
                                "--spring.datasource.password=" + database.password()))
                .isNotNull();

        assertThat(output).contains("APPLICATION FAILED TO START").contains("no app is configured");
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidToBeAway(TestDatabase database, CapturedOutput output) {
        failsToStart(database, output, "spring.datasource.url=jdbc:postgresql://localhost:1/nowhere");

        assertThat(output).contains("The database cannot be reached").contains("Check spring.datasource.url");
    }

    @Test
    void aDatabaseThatLosesCommitsIsRefused(TestDatabase database, CapturedOutput output) {
        failsToStart(
                database,
                output,
                "spring.datasource.url=" + database.jdbcUrl() + "?options=-c%20synchronous_commit=off");

        assertThat(output).contains("synchronous_commit is 'off'").contains("events that were answered \"success\"");
    }

    private static void failsToStart(TestDatabase database, CapturedOutput output, String property) {
        assertThatThrownBy(() -> Service.start(database, property)).isNotNull();
        assertThat(output).contains("APPLICATION FAILED TO START").contains("Action:");
    }
}
