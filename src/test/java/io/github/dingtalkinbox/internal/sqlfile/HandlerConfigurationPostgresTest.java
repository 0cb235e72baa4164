package io.github.dingtalkinbox.internal.sqlfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.jdbc.support.JdbcTransactionManager;

@Postgres(messagesInEnglish = true)
class HandlerConfigurationPostgresTest {
    private final ApplicationContextRunner runner;

    @TempDir
    Path folder;

    HandlerConfigurationPostgresTest(TestDatabase database) {
        this.runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(HandlerConfiguration.class))
                .withBean(
                        InboxDatabase.class,
                        () -> new InboxDatabase(
                                database.dataSource(), () -> new JdbcTransactionManager(database.dataSource())))
                .withBean(DataSource.class, database::dataSource, definition -> definition.setDestroyMethodName(""));
    }

    @Test
    void theFilesAreHandlersAndManyStaysABatchHandler() throws IOException {
        write("check_in.sql", "select event_id from event");
        write("user_add_org.sql", "-- many\nselect event_id from event");

        runner.withPropertyValues("inbox.handlers.location=" + folder).run(context -> {
            assertThat(context.getBeansOfType(EventHandler.class)).hasSize(2);
            assertThat(context.getBeansOfType(BatchEventHandler.class)).hasSize(1);
            assertThat(context.getBean(SqlFiles.class).all()).hasSize(2);
        });
    }

    @Test
    void withNothingConfiguredThereIsNoFile() {
        runner.run(context -> assertThat(context.getBean(SqlFiles.class).all()).isEmpty());
    }

    @Test
    void theFilesAreCheckedAfterTheMigrationsOfTheHost() throws IOException {
        write("check_in.sql", "insert into of_the_host select event_id from event");
        write("of_the_host.ddl", "create table if not exists of_the_host (id text)");

        runner.withPropertyValues(
                        "inbox.handlers.location=" + folder, "test.script=" + folder.resolve("of_the_host.ddl"))
                // Behind ours, so that it would come too late if its order were left to chance.
                .withConfiguration(AutoConfigurations.of(HostMigrations.class))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aBrokenFileStopsTheStartWithAnExplanation() throws IOException {
        write("check_in.sql", "select event_id\nfrom evnt");

        runner.withPropertyValues("inbox.handlers.location=" + folder).run(context -> {
            Throwable failure = Objects.requireNonNull(context.getStartupFailure());
            assertThat(failure).rootCause().isInstanceOf(InvalidSqlFile.class);
            var analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
                    .load(
                            FailureAnalyzer.class,
                            SpringFactoriesLoader.FailureHandler.handleMessage((message, e) -> {}));
            assertThat(analyzers)
                    .map(analyzer -> analyzer.analyze(failure))
                    .filteredOn(analysis -> analysis != null)
                    .singleElement()
                    .satisfies(
                            analysis -> assertThat(analysis.getDescription())
                                    .contains(
                                            "check_in.sql:2:6: relation \"evnt\" does not exist [42P01]\n    from evnt\n         ^"));
        });
    }

    @Test
    void aFolderThatDoesNotExistStopsTheStart() {
        runner.withPropertyValues("inbox.handlers.location=file:/no/where/")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("there is no folder file:/no/where/"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Configuration(proxyBeanMethods = false)
    static class HostMigrations {
        @Bean
        DataSourceScriptDatabaseInitializer hostMigrations(DataSource dataSource, Environment environment) {
            var settings = new DatabaseInitializationSettings();
            settings.setMode(DatabaseInitializationMode.ALWAYS);
            settings.setSchemaLocations(List.of("file:" + environment.getRequiredProperty("test.script")));
            return new DataSourceScriptDatabaseInitializer(dataSource, settings);
        }
    }
}
