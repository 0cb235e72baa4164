package io.github.dingtalkinbox.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.apps.AppKeys;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class RecoveryPropertiesTest {
    @Test
    void dingTalkIsPolledEveryMinute() {
        assertThat(bound(Map.of()))
                .isEqualTo(new RecoveryProperties(URI.create("https://oapi.dingtalk.com"), Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"oapi.dingtalk.com", "ftp://oapi.dingtalk.com", "https:///path", "https://host?appkey=x"})
    void aBaseUrlThatCannotBeRightIsRefused(String url) {
        assertThatThrownBy(() -> bound(Map.of("inbox.recovery.base-url", url)))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining("inbox.recovery.base-url must be a URL such as https://oapi.dingtalk.com");
    }

    @Test
    void anIntervalThatWouldFloodDingTalkIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("inbox.recovery.interval", "900ms")))
                .rootCause()
                .hasMessageContaining("inbox.recovery.interval must be at least 1s");
    }

    @Test
    void theEnvironmentHasTheKeys() {
        var sources = new MutablePropertySources();
        sources.addFirst(new SystemEnvironmentPropertySource(
                "systemEnvironment",
                Map.of(
                        "INBOX_APPS_DEFAULT_TOKEN", "token123",
                        "INBOX_APPS_DEFAULT_CLIENTID", "dingabc",
                        "INBOX_APPS_DEFAULT_CLIENTSECRET", "secret",
                        "INBOX_APPS_OTHER_TOKEN", "token456",
                        "INBOX_APPS_EMPTY_CLIENTID", "",
                        "INBOX_APPS_EMPTY_CLIENTSECRET", "")));

        AppKeys keys = new AppKeys(new Binder(ConfigurationPropertySources.from(sources))
                .bind("inbox", DingTalkProperties.class)
                .get()
                .apps());

        assertThat(keys.areThere()).isTrue();
        assertThat(keys.complete()).containsExactly(Map.entry("default", new AppKeys.Keys("dingabc", "secret")));
        assertThat(keys + " " + keys.complete()).doesNotContain("secret");
    }

    @Test
    void everyAppWithHalfOfItsKeysIsNamed() {
        var properties = new MapConfigurationPropertySource(Map.of(
                "inbox.apps.a.client-id", "key",
                "inbox.apps.b.client-id", "",
                "inbox.apps.b.client-secret", "hidden",
                "inbox.apps.c.token", "token123"));
        var keys = new AppKeys(new Binder(properties)
                .bindOrCreate("inbox", DingTalkProperties.class)
                .apps());

        assertThat(keys.areThere()).isTrue();
        assertThatThrownBy(keys::complete)
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("inbox.apps.a.client-id is set, but .client-secret is not")
                .hasMessageContaining("inbox.apps.b.client-secret is set, but .client-id is not")
                .message()
                .doesNotContain("hidden");
    }

    private static RecoveryProperties bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("inbox.recovery", RecoveryProperties.class);
    }
}
