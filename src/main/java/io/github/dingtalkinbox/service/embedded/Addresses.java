package io.github.dingtalkinbox.service.embedded;

import org.springframework.core.env.Environment;

/** Where this service can be reached on this machine. */
final class Addresses {
    private Addresses() {}

    /** Without a slash at its end. The port is known once the service is ready. */
    static String own(Environment environment) {
        String scheme = environment.getProperty("server.ssl.enabled", Boolean.class, false) ? "https" : "http";
        return scheme + "://localhost:" + environment.getProperty("local.server.port", "8080")
                + environment.getProperty("server.servlet.context-path", "");
    }
}
