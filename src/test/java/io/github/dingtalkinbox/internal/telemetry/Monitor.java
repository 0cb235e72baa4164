package io.github.dingtalkinbox.internal.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who looks at a service: a user of the console, without any role but the least. */
final class Monitor {
    private static final String PASSWORD = "secret";

    /** What the service has to be configured with. */
    static final String USER =
            "inbox.console.users.prometheus.password=" + new BCryptPasswordEncoder(4).encode(PASSWORD);

    private static final String LOGIN =
            "Basic " + Base64.getEncoder().encodeToString(("prometheus:" + PASSWORD).getBytes(UTF_8));

    private final HttpClient http = HttpClient.newHttpClient();

    HttpResponse<String> get(URI url) throws Exception {
        return http.send(
                HttpRequest.newBuilder(url).header("Authorization", LOGIN).build(), BodyHandlers.ofString());
    }
}
