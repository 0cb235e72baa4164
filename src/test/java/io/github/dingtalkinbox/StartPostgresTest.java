package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

        assertThat(output)
                .contains("The database cannot be reached at localhost:1/nowhere: ")
                .contains("Check spring.datasource.url");
    }

    @Test
    void aWrongPasswordIsARefusedLogin(TestDatabase database, CapturedOutput output) {
        failsToStart(database, output, "spring.datasource.username=nobody-here");

        assertThat(output)
                .contains("The database refused the login of nobody-here at ")
                .contains("Check spring.datasource.username and .password")
                .doesNotContain("cannot be reached");
    }

    @Test
    void aPortInUseIsNamed(TestDatabase database, CapturedOutput output) throws IOException {
        try (var taken = new ServerSocket(0)) {
            failsToStart(database, output, "server.port=" + taken.getLocalPort());

            assertThat(output).contains("Port " + taken.getLocalPort() + " was already in use.");
        }
    }

    @Test
    void allBrokenSqlFilesAreNamedAtOnce(TestDatabase database, CapturedOutput output, @TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve("a.sql"), "select 1; select 2");
        Files.writeString(folder.resolve("b.sql"), "insert into nowhere select event_id from event");

        failsToStart(database, output, "inbox.handlers.location=" + folder);

        assertThat(output)
                .contains("a.sql:1:11: A second statement begins here", "b.sql:1:13: ", "\"nowhere\"")
                .contains("rename its file");
    }

    /** Before anything is made for it. */
    @ParameterizedTest
    @CsvSource({
        "inbox.apps.default.token=no, inbox.apps.default.aes-key: is not set",
        "inbox.deadline=1ms, inbox.deadline must be at least 10 ms",
        "inbox.retention.batch-size=0, inbox.retention.batch-size must be 1 to 10000",
        "inbox.mode=queu, queu",
        "inbox.console.pages.time-zone=Mars, Mars",
        "inbox.enabled=false, without the inbox the service can do nothing"
    })
    void noEmbeddedDatabaseIsMadeForAValueThatCannotBeRight(
            String property, String says, @TempDir Path directory, CapturedOutput output) {
        assertThatThrownBy(() ->
                        Application.service().run("--server.port=0", "--inbox.data-dir=" + directory, "--" + property))
                .isNotNull();

        assertThat(output).contains("APPLICATION FAILED TO START", "Action:", says);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aDatabaseThatLosesCommitsIsRefused(TestDatabase database, CapturedOutput output) {
        failsToStart(
                database,
                output,
                "spring.datasource.url=" + database.jdbcUrl() + "?options=-c%20synchronous_commit=off");

        assertThat(output).contains("synchronous_commit is 'off'").contains("events that were answered \"success\"");
    }

    @Test
    void aPoolThatIsTooSmallIsRefused(TestDatabase database, CapturedOutput output) {
        failsToStart(database, output, "spring.datasource.hikari.maximum-pool-size=5");

        assertThat(output)
                .contains("has too few connections: 5. It needs at least 6")
                .contains("spring.datasource.hikari.maximum-pool-size=18");
    }

    @Test
    void aPropertyThatDoesNotExistIsToldWithTheOneThatWasMeant(TestDatabase database, CapturedOutput output) {
        failsToStart(database, output, "inbox.dedline=2s");

        assertThat(output).contains("There are no such properties", "did you mean inbox.deadline?");
    }

    private static void failsToStart(TestDatabase database, CapturedOutput output, String property) {
        assertThatThrownBy(() -> Service.start(database, property)).isNotNull();
        assertThat(output)
                .contains("APPLICATION FAILED TO START", "Action:")
                .doesNotContain("Error creating bean", "\tat ", "ConditionEvaluationReportLogger");
    }
}
