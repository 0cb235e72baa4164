package io.github.dingtalkinbox.service.warmup;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param warmUp How long the service may take to get warm before it is ready. Zero: it does not. */
@ConfigurationProperties("inbox")
record WarmUpProperties(@DefaultValue("3s") Duration warmUp) {
    WarmUpProperties {
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("inbox.warm-up must not be negative, but is " + warmUp);
        }
    }
}
