package io.github.dingtalkinbox.service;

import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.service.cli.Cli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Security;
import java.util.Properties;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/** The service, and in the same jar its command line. */
@SpringBootApplication
public class Application {
    // Not an application.properties: the library is in the same jar, and a host application has its own.
    private static final String DEFAULTS = "dingtalk-inbox/service/service.properties";

    private static final String ADDRESS_CACHE = "networkaddress.cache.ttl";

    /** In seconds; the JVM's own is 30. After a failover, the name of the database may be another server's. */
    private static final String LIFE_OF_AN_ADDRESS = "5";

    public static void main(String[] args) {
        if (Security.getProperty(ADDRESS_CACHE) == null) {
            Security.setProperty(ADDRESS_CACHE, LIFE_OF_AN_ADDRESS);
        }
        if (System.getProperty(HttpClients.REFUSED_LOGINS) == null) {
            System.setProperty(HttpClients.REFUSED_LOGINS, ""); // a proxy may want the login of inbox.proxy.*
        }
        if (Cli.isMeantBy(args)) {
            System.exit(Cli.run(args, Application::service));
        }
        service().run(args);
    }

    /** The service before its start, with its defaults. */
    public static SpringApplication service() {
        SpringApplication service = new SpringApplication(Application.class);
        service.setDefaultProperties(defaults());
        service.addListeners(new TracingSwitch());
        service.addInitializers(new FirstChecks());
        return service;
    }

    private static Properties defaults() {
        try {
            return PropertiesLoaderUtils.loadProperties(new ClassPathResource(DEFAULTS));
        } catch (IOException e) {
            throw new UncheckedIOException("The jar lacks " + DEFAULTS, e);
        }
    }
}
