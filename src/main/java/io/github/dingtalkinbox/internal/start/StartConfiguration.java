package io.github.dingtalkinbox.internal.start;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Warns of properties that do not exist. Only a warning, because a host application may have properties of its own with
 * this prefix.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
class StartConfiguration {
    private static final Logger log = LoggerFactory.getLogger(StartConfiguration.class);

    /** Not in the service, which has refused them before. */
    @Bean
    @ConditionalOnMissingBean(KnownProperties.class)
    SmartInitializingSingleton inboxUnknownProperties(Environment environment) {
        return () -> UnknownProperties.in(environment, KnownProperties.load())
                .forEach(unknown -> log.warn("No such property: {}", unknown));
    }
}
