package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.service.start.OwnCallbacks;
import io.github.dingtalkinbox.service.start.OwnUrl;
import java.nio.file.Path;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * What the service provides itself when no database is configured. Beans are destroyed in the reverse order of their
 * creation: the connection pool is closed before the server stops, and the directory is released last.
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
    static MadeUpLogin madeUpLogin(DataDirectory directory, ConfigurableEnvironment environment) {
        return new MadeUpLogin(directory, environment);
    }

    @Bean
    static EmbeddedServer embeddedServer(DataDirectory directory) {
        return EmbeddedServer.start(directory);
    }

    /**
     * All made-up values are properties before any other bean is created, because a post-processor and what it depends
     * on come first. The server comes last, so that a file that cannot be used is reported before it starts.
     */
    @Bean
    static BeanFactoryPostProcessor embeddedProperties(
            DataDirectory directory,
            MadeUpCredentials credentials,
            MadeUpLogin login,
            ConfigurableEnvironment environment) {
        MadeUpSealKey.add(directory, environment);
        return beans -> beans.getBean(EmbeddedServer.class).logins().addTo(environment);
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
}
