package io.github.dingtalkinbox.internal.recovery;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code inbox.recovery.*}.
 *
 * @param baseUrl URL of DingTalk's API.
 * @param interval Time between two polls of an app. DingTalk keeps what it could not deliver for some minutes only.
 */
@ConfigurationProperties("inbox.recovery")
record RecoveryProperties(
        @DefaultValue("https://oapi.dingtalk.com") URI baseUrl,
        @DefaultValue("1m") Duration interval) {

    RecoveryProperties {
        boolean isHttp = "http".equals(baseUrl.getScheme()) || "https".equals(baseUrl.getScheme());
        if (!isHttp || baseUrl.getHost() == null || baseUrl.getQuery() != null || baseUrl.getFragment() != null) {
            throw new IllegalArgumentException(
                    "inbox.recovery.base-url must be a URL such as https://oapi.dingtalk.com");
        }
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("inbox.recovery.interval must be at least 1s, but is " + interval);
        }
    }
}
