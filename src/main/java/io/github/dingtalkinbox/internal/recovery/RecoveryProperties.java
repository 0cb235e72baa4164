package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.http.BaseUrl;
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
        BaseUrl.require(baseUrl, "inbox.recovery.base-url", "https://oapi.dingtalk.com");
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("inbox.recovery.interval must be at least 1s, but is " + interval);
        }
    }
}
