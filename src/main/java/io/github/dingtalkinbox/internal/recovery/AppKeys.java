package io.github.dingtalkinbox.internal.recovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The part of the properties {@code dingtalk.*} that lets the service call DingTalk.
 *
 * @param apps by name; the other properties of an app belong to its callbacks
 */
@ConfigurationProperties(AppKeys.PREFIX)
record AppKeys(@DefaultValue Map<String, App> apps) {
    static final String PREFIX = "dingtalk";

    /** Whether anything of a key is set for any app. */
    boolean areThere() {
        return apps.values().stream().anyMatch(app -> set(app.appKey()) != null || set(app.appSecret()) != null);
    }

    /**
     * The keys of the apps that have them, by name.
     *
     * @throws IncompleteAppKeys if an app has one of the two without the other
     */
    Map<String, Keys> complete() {
        List<String> missing = new ArrayList<>();
        Map<String, Keys> complete = new TreeMap<>();
        apps.forEach((name, app) -> {
            String prefix = PREFIX + ".apps." + name;
            String key = set(app.appKey());
            String secret = set(app.appSecret());
            if (key != null && secret != null) {
                complete.put(name, new Keys(key, secret));
            } else if (key != null) {
                missing.add(prefix + ".app-key is set, but .app-secret is not");
            } else if (secret != null) {
                missing.add(prefix + ".app-secret is set, but .app-key is not");
            }
        });
        if (!missing.isEmpty()) {
            throw new IncompleteAppKeys(missing);
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
     * @param appKey its Client ID
     * @param appSecret its Client Secret
     */
    record App(@Nullable String appKey, @Nullable String appSecret) {
        /** Not the secret. */
        @Override
        public String toString() {
            return "App[appKey=" + appKey + "]";
        }
    }

    /** What an app identifies itself to DingTalk with. */
    record Keys(String appKey, String appSecret) {
        /** Not the secret. */
        @Override
        public String toString() {
            return "Keys[appKey=" + appKey + "]";
        }
    }
}
