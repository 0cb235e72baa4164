package io.github.dingtalkinbox.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class AppsTest {
    private static final String AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    @Test
    void theEnvironmentConfiguresTheDefaultApp() {
        var sources = new MutablePropertySources();
        sources.addFirst(new SystemEnvironmentPropertySource(
                "systemEnvironment",
                Map.of(
                        "INBOX_APPS_DEFAULT_TOKEN", "token123",
                        "INBOX_APPS_DEFAULT_AESKEY", AES_KEY,
                        "INBOX_APPS_DEFAULT_OWNERKEY", "dingabc",
                        "INBOX_APPS_DEFAULT_PREVIOUS_TOKEN", "token122")));
        var binder = new Binder(ConfigurationPropertySources.from(sources));

        Apps apps = Apps.of(binder.bind("inbox", DingTalkProperties.class).get());

        assertThat(apps.names()).containsExactly("default");
    }

    @Test
    void allThatIsWrongIsSaidAtOnceWithoutAnyValue() {
        assertThatThrownBy(() -> apps(
                        "inbox.apps.default.token", "to-ken-secret",
                        "inbox.apps.default.aes-key", "shortsecret",
                        "inbox.apps.other.token", "token123",
                        "inbox.apps.other.aes-key", AES_KEY + "!",
                        "inbox.apps.other.owner-key", "with blank secret",
                        "inbox.apps[No Name].token", "token123"))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("inbox.apps.default.owner-key: is not set")
                .hasMessageContaining("inbox.apps.other.aes-key: The EncodingAESKey must be exactly 43 characters")
                .hasMessageContaining("inbox.apps.No Name: the name of an app")
                .message()
                .doesNotContain("secret")
                .doesNotContain(AES_KEY);
    }

    @Test
    void eachOfTheThreeIsChecked() {
        assertThatThrownBy(() -> complete("token", "a b"))
                .hasMessageContaining("inbox.apps.default.token: The token must be 3 to 63 characters [A-Za-z0-9]");
        assertThatThrownBy(() -> complete("aes-key", "x".repeat(42)))
                .hasMessageContaining("inbox.apps.default.aes-key")
                .hasMessageContaining("but has 42");
        assertThatThrownBy(() -> complete("owner-key", "a b")).hasMessageContaining("inbox.apps.default.owner-key");
        assertThatThrownBy(() -> complete("previous.aes-key", "x"))
                .hasMessageContaining("inbox.apps.default.previous.aes-key");
    }

    @Test
    void aHostNeedsNoApp() {
        assertThat(apps().isEmpty()).isTrue();
        assertThatThrownBy(() -> Apps.requireOne(properties())).hasMessageContaining("no app is configured");
    }

    @Test
    void anAppWithStreamModeNeedsNoCallbackUrl() {
        assertThat(apps("inbox.apps.default.stream.enabled", "true").isEmpty()).isTrue();
        Apps.requireOne(properties("inbox.apps.default.stream.enabled", "true"));
        assertThatThrownBy(
                        () -> apps("inbox.apps.default.stream.enabled", "true", "inbox.apps.default.token", "token123"))
                .hasMessageContaining("inbox.apps.default.aes-key: is not set");
    }

    private static Apps complete(String property, String value) {
        Map<String, String> properties = new LinkedHashMap<>(Map.of(
                "inbox.apps.default.token", "token123",
                "inbox.apps.default.aes-key", AES_KEY,
                "inbox.apps.default.owner-key", "dingabc"));
        properties.put("inbox.apps.default." + property, value);
        return apps(properties.entrySet().stream()
                .flatMap(e -> java.util.stream.Stream.of(e.getKey(), e.getValue()))
                .toArray(String[]::new));
    }

    private static Apps apps(String... keysAndValues) {
        return Apps.of(properties(keysAndValues));
    }

    private static DingTalkProperties properties(String... keysAndValues) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        var sources = new MutablePropertySources();
        sources.addFirst(new MapPropertySource("test", properties));
        return new Binder(ConfigurationPropertySources.from(sources)).bindOrCreate("inbox", DingTalkProperties.class);
    }
}
