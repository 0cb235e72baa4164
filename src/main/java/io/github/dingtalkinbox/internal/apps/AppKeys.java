package io.github.dingtalkinbox.internal.apps;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties.AppProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys with which the apps call DingTalk.
 *
 * @param apps by name
 */
public record AppKeys(Map<String, AppProperties> apps) {
    /** Whether a key is set for any app, even an incomplete one. */
    public boolean areThere() {
        return apps.values().stream().anyMatch(app -> app.clientId() != null || app.clientSecret() != null);
    }

    /** The keys of those that have a callback URL, by name: what is pulled are callbacks that could not be delivered. */
    public Map<String, Keys> polled() {
        Map<String, Keys> keys = complete();
        apps.forEach((name, app) -> {
            if (!app.hasCallbackUrl()) {
                keys.remove(name);
            }
        });
        return keys;
    }

    /** Those that have Stream mode. */
    public List<StreamingApp> streaming() {
        List<StreamingApp> streaming = new ArrayList<>();
        complete().forEach((name, keys) -> {
            AppProperties app = apps.get(name);
            if (app != null && app.stream().enabled()) {
                streaming.add(new StreamingApp(name, keys, app.stream().connections()));
            }
        });
        return streaming;
    }

    /**
     * The keys of the apps that have them, by name.
     *
     * @throws ConfigurationProblem if an app has one of the two without the other, or needs them and has none, or if two
     *     apps have Stream mode with the same keys
     */
    public Map<String, Keys> complete() {
        List<String> missing = new ArrayList<>();
        Map<String, Keys> complete = new TreeMap<>();
        Map<String, String> streaming = new HashMap<>();
        apps.forEach((name, app) -> {
            String prefix = "inbox.apps." + name;
            String key = app.clientId();
            String secret = app.clientSecret();
            if (key != null && secret != null) {
                complete.put(name, new Keys(key, secret));
            } else if (key != null) {
                missing.add(prefix + ".client-id is set, but .client-secret is not");
            } else if (secret != null) {
                missing.add(prefix + ".client-secret is set, but .client-id is not");
            } else if (app.stream().enabled()) {
                missing.add(prefix + ".stream.enabled is true, but .client-id and .client-secret are not set");
            }
            String other = key == null || !app.stream().enabled() ? null : streaming.putIfAbsent(key, name);
            if (other != null) {
                missing.add(prefix + ".client-id is that of the app " + other
                        + " too, and both have Stream mode: DingTalk would"
                        + " deliver each event to one of the two. Enable it for one of them");
            }
        });
        if (!missing.isEmpty()) {
            throw new ConfigurationProblem(
                    "DingTalk cannot be called:" + System.lineSeparator()
                            + String.join(System.lineSeparator(), missing),
                    "Set both inbox.apps.<name>.client-id and .client-secret (for the app named default in the environment:"
                            + " INBOX_APPS_DEFAULT_CLIENTID, INBOX_APPS_DEFAULT_CLIENTSECRET) to the Client ID and Client"
                            + " Secret that DingTalk's console shows for the app. Without Stream mode and the list of failed callbacks, neither is needed.");
        }
        return complete;
    }

    /**
     * An app with Stream mode.
     *
     * @param connections how many each node has
     */
    public record StreamingApp(String name, Keys keys, int connections) {}

    /** What an app identifies itself to DingTalk with. */
    public record Keys(String clientId, String clientSecret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Keys[clientId=" + clientId + "]";
        }
    }
}
