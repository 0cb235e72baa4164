package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties.AppProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys with which the apps call DingTalk.
 *
 * @param apps by name
 */
public record AppKeys(Map<String, AppProperties> apps) {
    boolean areThere() {
        return apps.values().stream().anyMatch(app -> app.clientId() != null || app.clientSecret() != null);
    }

    /**
     * The keys of the apps that have them, by name.
     *
     * @throws ConfigurationProblem if an app has one of the two without the other
     */
    public Map<String, Keys> complete() {
        List<String> missing = new ArrayList<>();
        Map<String, Keys> complete = new TreeMap<>();
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
            }
        });
        if (!missing.isEmpty()) {
            throw new ConfigurationProblem(
                    "The list of failed callbacks cannot be pulled:" + System.lineSeparator()
                            + String.join(System.lineSeparator(), missing),
                    "Set both inbox.apps.<name>.client-id and .client-secret (for the app named default in the environment:"
                            + " INBOX_APPS_DEFAULT_CLIENTID, INBOX_APPS_DEFAULT_CLIENTSECRET) to the Client ID and Client"
                            + " Secret that DingTalk's console shows for the app. To go without the list, set neither.");
        }
        return complete;
    }

    /** What an app identifies itself to DingTalk with. */
    public record Keys(String clientId, String clientSecret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Keys[clientId=" + clientId + "]";
        }
    }
}
