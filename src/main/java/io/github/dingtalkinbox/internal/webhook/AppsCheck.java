package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.internal.start.StartCheck;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The apps, if there are any: without one, some may still be made up. */
final class AppsCheck implements StartCheck {
    @Override
    public void check(Environment environment) {
        Binder.get(environment).bind("inbox", DingTalkProperties.class).ifBound(properties -> {
            if (!properties.apps().isEmpty()) {
                Apps.of(properties);
            }
        });
    }
}
