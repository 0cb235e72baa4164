package io.github.dingtalkinbox.service.embedded;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.service.cli.Cli;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** The whole service, with nothing configured but where it keeps its data. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedApplicationPostgresTest {
    private static final Pattern PASSWORD = Pattern.compile("Password: +([A-Za-z0-9]{32})");

    @TempDir
    private Path temporary;

    @Test
    void startsWithNothingConfiguredAndShowsTheCredentialsOnce(CapturedOutput output) throws IOException {
        Path pid = temporary.resolve("postgres/postmaster.pid");
        String consolePassword;
        try (var application = start()) {
            var dataSource = application.getBean(HikariDataSource.class);
            assertThat(dataSource.getMaximumPoolSize()).isEqualTo(7);
            assertThat(dataSource.getJdbcUrl()).startsWith("jdbc:postgresql://127.0.0.1:");
            assertThat(output)
                    .contains(
                            "using an embedded PostgreSQL 18",
                            "http://localhost:" + application.getEnvironment().getProperty("local.server.port")
                                    + "/dingtalk/callback",
                            secret("token"),
                            secret("aes-key"),
                            secret("owner-key"));
            assertThat(output)
                    .contains(saysWhereThingsAre(application))
                    .contains("  Password:       " + consolePassword(output) + "\n");
            consolePassword = consolePassword(output);
            assertThat(new BCryptPasswordEncoder()
                            .matches(
                                    consolePassword,
                                    application.getEnvironment().getProperty("inbox.console.users.admin.password")))
                    .isTrue();
            assertThat(pid).exists();
            assertThat(JdbcClient.create(dataSource)
                            .sql("select current_user")
                            .query(String.class)
                            .single())
                    .isEqualTo("inbox_app");
            assertThat(List.of("inbox.schema.username", "inbox.retention.username", "inbox.seal.key"))
                    .extracting(application.getEnvironment()::getProperty)
                    .containsExactly("inbox_migrator", "inbox_cleanup", sealKey());

            assertThatThrownBy(this::start).isInstanceOf(Exception.class);
            assertThat(output).contains("APPLICATION FAILED TO START", "is running on the embedded database in");
        }
        assertThat(pid).doesNotExist();

        int seen = output.length();
        try (var application = start()) {
            assertThat(output.toString().substring(seen)).contains(saysWhereThingsAre(application));
            assertThat(verify())
                    .as("audit of the database of a service that runs")
                    .isZero();
        }
        assertThat(verify())
                .as("audit of the database of a service that has stopped")
                .isEqualTo(2);
        assertThat(output.toString().substring(seen))
                .doesNotContain(secret("token"), secret("aes-key"), secret("owner-key"), consolePassword, sealKey())
                .doesNotContainPattern("\\$2[aby]\\$");
        assertThat(Files.readAllLines(temporary.resolve("pgpass"))).isNotEmpty().allSatisfy(login -> assertThat(output)
                .doesNotContain(login.substring(login.lastIndexOf(':') + 1)));
        assertThat(Files.readString(temporary.resolve("console-login.properties")))
                .contains("inbox.console.users.admin.password=$2a$")
                .doesNotContain(consolePassword);
    }

    @Test
    void processedEventIsReplayedByForceBesideTheServiceThatRuns() throws Exception {
        Event event = approvalFinished("one");
        // Processed and not queued, however busy the machine is.
        try (var application = start("--inbox.deadline=20s")) {
            application.getBean(Receiver.class).receive(List.of(event));
            assertThat(run("queue", "replay", event.id(), "--force", "--reason=a test"))
                    .isZero();
            assertThat(JdbcClient.create(application.getBean(DataSource.class))
                            .sql("select event_id from inbox.operator_actions where action = 'repeat'")
                            .query(String.class)
                            .list())
                    .containsExactly(event.id());
        }
    }

    @Test
    void configuredDatabaseIsUsed(TestDatabase database) {
        try (var application = start(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--inbox.apps.default.token=abcdef",
                "--inbox.apps.default.aes-key=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPA",
                "--inbox.apps.default.owner-key=ding1")) {
            assertThat(application.getBean(HikariDataSource.class).getJdbcUrl()).isEqualTo(database.jdbcUrl());
            assertThat(application.getBeansOfType(EmbeddedServer.class)).isEmpty();
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void newOnesAreMadeWhenTheFilesAreDeletedAsTheLogSays(CapturedOutput output) throws IOException {
        String token;
        String password;
        try (var application = start()) {
            assertThat(application.isRunning()).isTrue();
            token = secret("token");
            password = consolePassword(output);
        }
        int seen = output.length();
        Files.delete(temporary.resolve("dingtalk-credentials.properties"));
        Files.delete(temporary.resolve("console-login.properties"));
        try (var application = start()) {
            assertThat(application.isRunning()).isTrue();
            String later = output.toString().substring(seen);
            assertThat(secret("token")).isNotEqualTo(token);
            assertThat(later).contains(secret("token"));
            assertThat(consolePassword(later)).isNotEqualTo(password);
        }
    }

    /** The lines that every start has, the first or not. */
    private String[] saysWhereThingsAre(ConfigurableApplicationContext application) throws IOException {
        String url = "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
        int port = Logins.read(temporary.resolve("pgpass")).port();
        return new String[] {
            "  Callback URL:  " + url + "/dingtalk/callback\n",
            "  Console:       " + url + "/admin\n",
            "  Kept in:        " + temporary.resolve("dingtalk-credentials.properties") + "\n",
            "  For new ones:   delete that file and start again\n",
            "  User:           admin\n",
            "  Kept in:        " + temporary.resolve("console-login.properties") + " (a hash of it)\n",
            "  For a new one:  delete that file and start again\n",
            " simulate --url " + url + "/dingtalk/callback --data-dir " + temporary + " --events 1000 --twins 0.5\n",
            " audit report approvals_delivered_twice --inbox.data-dir=" + temporary + "\n",
            "PGPASSFILE=" + temporary.resolve("pgpass") + " psql -h 127.0.0.1 -p " + port + " -U inbox_auditor inbox\n"
        };
    }

    private static String consolePassword(CharSequence output) {
        return PASSWORD.matcher(output).results().findFirst().orElseThrow().group(1);
    }

    private int verify() {
        return run("audit", "verify");
    }

    private int run(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--inbox.data-dir=" + temporary);
        return Cli.run(arguments.toArray(String[]::new), Application::service);
    }

    private ConfigurableApplicationContext start(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "--inbox.data-dir=" + temporary;
        arguments[1] = "--server.port=0";
        arguments[2] = "--spring.datasource.hikari.maximum-pool-size=7";
        System.arraycopy(more, 0, arguments, 3, more.length);
        return SpringApplication.run(Application.class, arguments);
    }

    private String sealKey() throws IOException {
        return Files.readAllLines(temporary.resolve("seal-key.properties"))
                .get(1)
                .substring("inbox.seal.key=".length());
    }

    private String secret(String key) throws IOException {
        var credentials = new Properties();
        try (var reader = Files.newBufferedReader(temporary.resolve("dingtalk-credentials.properties"))) {
            credentials.load(reader);
        }
        return credentials.getProperty(key);
    }
}
