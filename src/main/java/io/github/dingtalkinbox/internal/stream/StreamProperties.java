package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.http.BaseUrl;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code inbox.stream.*}.
 *
 * @param baseUrl URL of the API that opens connections; https://api.dingtalk.io for organisations outside of China. With
 *     http instead of https, for tests, the connections are not encrypted either.
 * @param watchdog How long nothing may be received on a connection before it is given up and opened anew. DingTalk sends
 *     a ping every 20 to 30 s.
 */
@ConfigurationProperties("inbox.stream")
record StreamProperties(
        @DefaultValue("https://api.dingtalk.com") URI baseUrl,
        @DefaultValue("90s") Duration watchdog) {
    /** Within it, a connection on which nothing comes is asked for a sign of life, and has some seconds to give one. */
    private static final Duration SHORTEST = Duration.ofSeconds(5);

    private static final Duration LONGEST = Duration.ofHours(1);

    StreamProperties {
        BaseUrl.require(baseUrl, "inbox.stream.base-url", "https://api.dingtalk.com");
        if (watchdog.compareTo(SHORTEST) < 0 || watchdog.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("inbox.stream.watchdog must be 5s to 1h, but is " + watchdog);
        }
    }
}
