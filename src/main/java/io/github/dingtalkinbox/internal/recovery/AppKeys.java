package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * The part of the properties {@code inbox.apps.*} that lets the service call DingTalk.
 *
 * @param apps Client ID and Client Secret of the apps, by name, for what DingTalk could not deliver.
 */
@ConfigurationProperties(AppKeys.PREFIX)
public record AppKeys(@DefaultValue Map<String, ClientKeys> apps) {
    static final String PREFIX = "inbox";

    /**
     * Checks that no app has half of what it needs to call DingTalk.
     *
     * @throws ConfigurationProblem if one does
     */
    public static void check(Environment environment) {
        Binder.get(environment).bind(PREFIX, AppKeys.class).ifBound(AppKeys::complete);
    }

    /** Whether anything of a key is set for any app. */
    boolean areThere() {
        return apps.values().stream().anyMatch(app -> set(app.clientId()) != null || set(app.clientSecret()) != null);
    }

    /**
     * The keys of the apps that have them, by name.
     *
     * @throws ConfigurationProblem if an app has one of the two without the other
     */
    Map<String, Keys> complete() {
        List<String> missing = new ArrayList<>();
        Map<String, Keys> complete = new TreeMap<>();
        apps.forEach((name, app) -> {
            String prefix = PREFIX + ".apps." + name;
            String key = set(app.clientId());
            String secret = set(app.clientSecret());
            if (key != null && secret != null) {
                complete.put(name, new Keys(key, secret));
            } else if (key != null) {
                missing.add(prefix + ".client-id is set, but .client-secret is not");
            } else if (secret != null) {
                missing.add(prefix + ".client-secret is set, but .client-id is not");
            }
        });
        if (!missing.isEmpty()) {
            throw new ConfigurationProblem(
                    "The list of failed callbacks cannot be pulled:" + System.lineSeparator()
                            + String.join(System.lineSeparator(), missing),
                    "Set both inbox.apps.<name>.client-id and .client-secret (for the app named default in the environment:"
                            + " INBOX_APPS_DEFAULT_CLIENTID, INBOX_APPS_DEFAULT_CLIENTSECRET) to the Client ID and Client"
                            + " Secret that DingTalk's console shows for the app, or neither, to do without.");
        }
        return complete;
    }

    /** An empty variable in the environment is as good as none. */
    private static @Nullable String set(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    /**
     * One app.
     *
     * @param clientId its Client ID
     * @param clientSecret its Client Secret
     */
    record ClientKeys(@Nullable String clientId, @Nullable String clientSecret) {
        /** Not the secret. */
        @Override
        public String toString() {
            return "App[clientId=" + clientId + "]";
        }
    }

    /** What an app identifies itself to DingTalk with. */
    record Keys(String clientId, String clientSecret) {
        /** Not the secret. */
        @Override
        public String toString() {
            return "Keys[clientId=" + clientId + "]";
        }
    }
}
