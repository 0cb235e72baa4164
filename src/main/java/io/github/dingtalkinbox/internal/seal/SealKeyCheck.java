package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.start.StartCheck;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The keys for seals, if there are any, can be read. */
final class SealKeyCheck implements StartCheck {
    @Override
    public void check(Environment environment) {
        Binder.get(environment)
                .bind(SealProperties.PREFIX, SealProperties.class)
                .ifBound(SealProperties::keys);
    }
}
