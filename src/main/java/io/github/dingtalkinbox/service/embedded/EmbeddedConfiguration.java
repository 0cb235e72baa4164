package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.webhook.OwnCallbacks;
import io.github.dingtalkinbox.service.start.OwnUrl;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * What the service brings itself when nobody configured a database. The connection pool depends on the connection
 * details and so on the server: it is closed before the server stops, and the directory is given free last.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(NoDatabaseConfigured.class)
class EmbeddedConfiguration {
    private static final String DATA_DIR = "inbox.data-dir";
    private static final String DEFAULT_DATA_DIR = ".data";

    @Bean
    static DataDirectory dataDirectory(ConfigurableEnvironment environment) {
        return DataDirectory.open(configured(environment));
    }

    static Path configured(Environment environment) {
        return Path.of(environment.getProperty(DATA_DIR, DEFAULT_DATA_DIR));
    }

    @Bean
    static MadeUpCredentials madeUpCredentials(DataDirectory directory, ConfigurableEnvironment environment) {
        return new MadeUpCredentials(directory, environment);
    }

    @Bean
    static MadeUpSealKey madeUpSealKey(DataDirectory directory, ConfigurableEnvironment environment) {
        return new MadeUpSealKey(directory, environment);
    }

    @Bean
    static MadeUpLogin madeUpLogin(DataDirectory directory, ConfigurableEnvironment environment) {
        return new MadeUpLogin(directory, environment);
    }

    @Bean
    static EmbeddedServer embeddedServer(DataDirectory directory) {
        return EmbeddedServer.start(directory);
    }

    @Bean
    static OtherLogins otherLogins(EmbeddedServer server, ConfigurableEnvironment environment) {
        return new OtherLogins(server.logins(), environment);
    }

    @Bean
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    Commands commands(
            DataDirectory directory,
            EmbeddedServer server,
            MadeUpCredentials credentials,
            OwnUrl url,
            OwnCallbacks callbacks) {
        return new Commands(directory, server.logins(), credentials, url, callbacks);
    }

    @Bean
    JdbcConnectionDetails embeddedConnectionDetails(EmbeddedServer server) {
        return server.connectionDetails();
    }
}
