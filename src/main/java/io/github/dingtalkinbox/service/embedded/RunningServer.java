package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * If no database is configured, adds the properties of the embedded one of a service that runs in another process, for
 * a command. Without such a server, the start ends with a {@link ConfigurationProblem}.
 */
public final class RunningServer implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (NoDatabaseConfigured.in(environment)) {
            Path directory = EmbeddedConfiguration.configured(environment)
                    .toAbsolutePath()
                    .normalize();
            logins(directory).addTo(environment);
            MadeUpSealKey.addIfMade(directory, environment);
        }
    }

    private static Logins logins(Path directory) {
        Path file = directory.resolve(Logins.FILE);
        if (!Files.exists(file)) {
            throw new ConfigurationProblem(
                    "spring.datasource.url is not set, and there is no embedded database in " + directory + ".",
                    "Name the database in spring.datasource.url, as for the service, or in inbox.data-dir the directory"
                            + " of a service that runs on an embedded one.");
        }
        try {
            if (!new PostmasterPid(directory.resolve(Cluster.DIRECTORY)).exists()) {
                throw new ConfigurationProblem(
                        "spring.datasource.url is not set, and the embedded database in " + directory
                                + " is not running.",
                        "Start the service, which starts it, or name the database in spring.datasource.url.");
            }
            return Logins.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
