package io.github.dingtalkinbox.internal.http;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties.ProxyProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Clients that reach DingTalk, through a proxy if one is configured, otherwise as the JVM does. */
public final class HttpClients {
    /**
     * Which kinds of login the JVM refuses to a proxy through which it only tunnels: unless this is set, the kind that
     * proxies ask for. The JVM reads it once, when it first uses its client.
     */
    public static final String REFUSED_LOGINS = "jdk.http.auth.tunneling.disabledSchemes";

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int DEFAULT_PORT = 80;

    private HttpClients() {}

    /**
     * A client.
     *
     * @throws ConfigurationProblem if the proxy wants a login, and the JVM would not send it
     */
    public static HttpClient through(@Nullable ProxyProperties proxy) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                // A secret must not be sent to another server.
                .followRedirects(HttpClient.Redirect.NEVER);
        URI url = proxy == null ? null : proxy.url();
        if (proxy != null && url != null) {
            int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
            client.proxy(ProxySelector.of(new InetSocketAddress(url.getHost(), port)));
            String username = proxy.username();
            String password = proxy.password();
            if (username != null && password != null) {
                requireLoginsAreSent();
                return new ProxyLoginClient(client.build(), username, password);
            }
        }
        return client.build();
    }

    private static void requireLoginsAreSent() {
        String refused = System.getProperty(REFUSED_LOGINS, "Basic");
        if (refused.toLowerCase(Locale.ROOT).contains("basic")) {
            throw new ConfigurationProblem(
                    "inbox.proxy.username is set, but this JVM sends no login to a proxy.",
                    "Start it with -D" + REFUSED_LOGINS + "= (with nothing behind the equals sign).");
        }
    }
}
