package io.github.dingtalkinbox.service.warmup;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.Environment;

/** Where this process listens. */
final class OwnUrl {
    private final ServerProperties server;
    private final Environment environment;

    OwnUrl(ServerProperties server, Environment environment) {
        this.server = server;
        this.environment = environment;
    }

    /** The URL of the application, without a slash at its end; empty if it does not listen, or not to plain HTTP. */
    Optional<String> find() throws URISyntaxException {
        Integer port = environment.getProperty("local.server.port", Integer.class);
        if (port == null || Ssl.isEnabled(server.getSsl())) {
            return Optional.empty();
        }
        String path = server.getServlet().getContextPath();
        URI url = new URI("http", null, address().getHostAddress(), port, path == null ? "" : path, null, null);
        return Optional.of(url.toString());
    }

    private InetAddress address() {
        InetAddress address = server.getAddress();
        return address == null || address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    }
}
