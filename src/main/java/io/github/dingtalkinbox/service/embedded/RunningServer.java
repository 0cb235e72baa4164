package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * The embedded database of a service that runs in another process, for a command beside it, where no database is
 * configured. To be imported: it is no part of the service itself. Without such a server, the context does not start,
 * for an {@link ConfigurationProblem}.
 */
@Conditional(NoDatabaseConfigured.class)
public class RunningServer {
    @Bean
    static BeanFactoryPostProcessor runningServerOtherLogins(ConfigurableEnvironment environment) throws IOException {
        Path directory = directory(environment);
        OtherLogins others = new OtherLogins(logins(directory), environment);
        MadeUpSealKey.addIfMade(directory, environment);
        return others;
    }

    @Bean
    JdbcConnectionDetails runningServerConnectionDetails(Environment environment) throws IOException {
        return new EmbeddedServer.ConnectionDetails(logins(directory(environment)));
    }

    private static Path directory(Environment environment) {
        return EmbeddedConfiguration.configured(environment).toAbsolutePath().normalize();
    }

    private static Logins logins(Path directory) throws IOException {
        Path file = directory.resolve(Logins.FILE);
        if (!Files.exists(file)) {
            throw new ConfigurationProblem(
                    "spring.datasource.url is not set, and there is no embedded database in " + directory + ".",
                    "Name the database in spring.datasource.url, as for the service, or in inbox.data-dir the directory"
                            + " of a service that runs on an embedded one.");
        }
        if (!new PostmasterPid(directory.resolve(Cluster.DIRECTORY)).exists()) {
            throw new ConfigurationProblem(
                    "spring.datasource.url is not set, and the embedded database in " + directory + " is not running.",
                    "Start the service, which starts it, or name the database in spring.datasource.url.");
        }
        Logins logins = Logins.read(file);
        if (!logins.areComplete()) {
            throw new ConfigurationProblem(
                    "The embedded database in " + directory + " was made by an earlier version and has no roles yet.",
                    "Start the service of this version on it, which makes them.");
        }
        return logins;
    }
}
