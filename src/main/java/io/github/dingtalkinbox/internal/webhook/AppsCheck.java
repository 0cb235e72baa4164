package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** What can be said of the apps before anything is made. */
public final class AppsCheck {
    private AppsCheck() {}

    /**
     * Checks the apps, if there are any: without one, some may still be made up.
     *
     * @throws ConfigurationProblem if one cannot be right
     */
    public static void check(Environment environment) {
        Binder.get(environment).bind("inbox", DingTalkProperties.class).ifBound(properties -> {
            if (!properties.apps().isEmpty()) {
                Apps.of(properties);
            }
        });
    }
}
