package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.start.StartCheck;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** No app has half of what it needs to call DingTalk. */
final class AppKeysCheck implements StartCheck {
    @Override
    public void check(Environment environment) {
        Binder.get(environment).bind(AppKeys.PREFIX, AppKeys.class).ifBound(AppKeys::complete);
    }
}
