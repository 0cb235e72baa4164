package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties.AppProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What the apps call DingTalk with.
 *
 * @param apps by name
 */
public record AppKeys(Map<String, AppProperties> apps) {
    /**
     * Checks that no app has half of what it needs to call DingTalk.
     *
     * @throws ConfigurationProblem if one does
     */
    public static void check(Environment environment) {
        in(environment).complete();
    }

    static AppKeys in(Environment environment) {
        return new AppKeys(Binder.get(environment)
                .bindOrCreate("inbox", DingTalkProperties.class)
                .apps());
    }

    /** Whether anything of a key is set for any app. */
    boolean areThere() {
        return apps.values().stream().anyMatch(app -> app.clientId() != null || app.clientSecret() != null);
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
                            + " Secret that DingTalk's console shows for the app, or neither, to do without.");
        }
        return complete;
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
