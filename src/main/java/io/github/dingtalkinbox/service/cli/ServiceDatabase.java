package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.internal.start.KnownProperties;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.embedded.RunningServer;
import io.github.dingtalkinbox.service.start.PropertyCheck;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * The database of the service, for a command: from the same configuration (environment, {@code application.properties},
 * {@code --spring.datasource.url=…}), or the embedded one of a running service. Nothing else of the service is started.
 */
final class ServiceDatabase {
    private static final Pattern PROPERTY = Pattern.compile("--[A-Za-z][\\w-]*(\\.[\\w\\[\\]-]+)+=.*", Pattern.DOTALL);

    /** Unlike in the service, statements have no time limit; and only the command itself writes to the terminal. */
    private static final Map<String, Object> DEFAULTS = Map.of(
            "spring.datasource.hikari.maximum-pool-size",
            2,
            "spring.datasource.hikari.minimum-idle",
            0,
            "spring.datasource.hikari.connection-timeout",
            5000,
            "spring.datasource.hikari.data-source-properties.ApplicationName",
            "dingtalk-inbox command",
            "spring.datasource.hikari.data-source-properties.connectTimeout",
            5,
            "logging.level.root",
            "warn",
            "logging.level.com.zaxxer.hikari",
            "off",
            "logging.level.org.springframework",
            "off");

    private final List<String> properties;

    /**
     * Only checks the form.
     *
     * @param properties the arguments that are not the command's own: {@code --spring.datasource.url=…}
     * @throws UsageException if one is something else
     */
    ServiceDatabase(List<String> properties) {
        properties.stream()
                .filter(p -> !PROPERTY.matcher(p).matches())
                .findFirst()
                .ifPresent(unknown -> {
                    throw new UsageException((unknown.startsWith("-") ? "Unknown option: '" : "Unmatched argument: '")
                            + unknown + "'. Properties of the service have the form --spring.datasource.url=…");
                });
        this.properties = List.copyOf(properties);
    }

    /**
     * Does the command's work.
     *
     * @throws UsageException if there is no such database, or it cannot be used
     */
    <T> T use(DatabaseWork<T> work) throws Exception {
        return useConfigured((dataSource, configuration) -> work.with(dataSource));
    }

    /**
     * Does the command's work, which needs the configuration as well.
     *
     * @throws UsageException if there is no such database, or it cannot be used
     */
    <T> T useConfigured(ConfiguredWork<T> work) throws Exception {
        try (ConfigurableApplicationContext context = connect()) {
            return work.with(context.getBean(DataSource.class), context.getEnvironment());
        } catch (DataAccessException | CannotCreateTransactionException e) {
            throw explained(e);
        }
    }

    private ConfigurableApplicationContext connect() {
        SpringApplication application = new SpringApplication(Beans.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setDefaultProperties(DEFAULTS);
        application.addInitializers(
                context -> PropertyCheck.refuseUnknown(context.getEnvironment(), KnownProperties.load()),
                new RunningServer());
        try {
            return application.run(properties.toArray(String[]::new));
        } catch (RuntimeException e) {
            throw new UsageException(notConfigured(e));
        }
    }

    private static String notConfigured(RuntimeException e) {
        return Causes.of(e)
                .filter(ConfigurationProblem.class::isInstance)
                .map(ConfigurationProblem.class::cast)
                .findFirst()
                .map(failure -> failure.getMessage() + " " + failure.action())
                .orElseGet(() -> "The configuration of the database is wrong, see spring.datasource.*: "
                        + NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }

    private static RuntimeException explained(RuntimeException e) {
        SQLException sql = deepest(e);
        if (sql == null) {
            return e;
        }
        if (e instanceof DataAccessResourceFailureException || e instanceof CannotCreateTransactionException) {
            return new UsageException("The database cannot be reached, see spring.datasource.*: " + sql.getMessage());
        }
        if (SqlStates.isUndefined(sql)) {
            return new UsageException(
                    "The tables of the database are not those of this version: run its command migrate first, as a role that"
                            + " may. PostgreSQL says: " + sql.getMessage());
        }
        if (SqlStates.isForbidden(sql)) {
            return new UsageException("The role in spring.datasource.username may not do this: " + sql.getMessage());
        }
        if (SqlStates.isLostRace(sql)) {
            return new UsageException(
                    "The standby has cancelled this each time, because the primary removes what it reads"
                            + " (a conflict with recovery): run it again while no cleanup runs, or raise"
                            + " max_standby_streaming_delay on the standby; src/docs/dba.md says more.");
        }
        return e;
    }

    /**
     * The pool only says that it waited, and the SQLException that it wraps says why. Causes below that only say
     * "Connection refused".
     */
    static @Nullable SQLException deepest(Throwable e) {
        return Causes.of(e)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .reduce((outer, inner) -> inner)
                .orElse(null);
    }

    /** What a command does with the database. */
    interface DatabaseWork<T> {
        T with(DataSource dataSource) throws Exception;
    }

    /** What a command does with the database and its configuration. */
    interface ConfiguredWork<T> {
        T with(DataSource dataSource, Environment configuration) throws Exception;
    }

    @ImportAutoConfiguration(DataSourceAutoConfiguration.class)
    private static final class Beans {}
}
