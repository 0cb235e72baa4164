package io.github.dingtalkinbox.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * The embedded database of a service that runs in another process, for a command beside it, where no database is
 * configured. To be imported: it is no part of the service itself. Without such a server, the context does not start,
 * for an {@link EmbeddedFailure}.
 */
@Conditional(NoDatabaseConfigured.class)
public class RunningServer {
    @Bean
    JdbcConnectionDetails runningServerConnectionDetails(Environment environment) throws IOException {
        return connectionDetails(
                EmbeddedConfiguration.configured(environment).toAbsolutePath().normalize());
    }

    private static JdbcConnectionDetails connectionDetails(Path directory) throws IOException {
        Path logins = directory.resolve(Logins.FILE);
        if (!Files.exists(logins)) {
            throw new EmbeddedFailure(
                    "spring.datasource.url is not set, and there is no embedded database in " + directory + ".",
                    "Name the database in spring.datasource.url, as for the service, or in inbox.data-dir the directory"
                            + " of a service that runs on an embedded one.");
        }
        if (!new PostmasterPid(directory.resolve(Cluster.DIRECTORY)).exists()) {
            throw new EmbeddedFailure(
                    "spring.datasource.url is not set, and the embedded database in " + directory + " is not running.",
                    "Start the service, which starts it, or name the database in spring.datasource.url.");
        }
        return new EmbeddedServer.ConnectionDetails(Logins.read(logins));
    }
}
