package io.github.dingtalkinbox.service.start;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.Environment;

/** The URL of this service. */
public final class OwnUrl {
    private final ServerProperties server;
    private final Environment environment;

    OwnUrl(ServerProperties server, Environment environment) {
        this.server = server;
        this.environment = environment;
    }

    /**
     * The URL of the application as this machine reaches it, without a slash at the end; empty if it does not listen.
     * The port is known once the service has started.
     */
    public Optional<URI> find() {
        Integer port = environment.getProperty("local.server.port", Integer.class);
        if (port == null) {
            return Optional.empty();
        }
        String scheme = Ssl.isEnabled(server.getSsl()) ? "https" : "http";
        String path = server.getServlet().getContextPath();
        try {
            return Optional.of(new URI(scheme, null, host(), port, path == null ? "" : path, null, null));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The server listens at an address that makes no URL", e);
        }
    }

    private String host() {
        InetAddress address = server.getAddress();
        return address == null || address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
    }
}
