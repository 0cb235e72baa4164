package io.github.dingtalkinbox.internal.start;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Warns of properties that do not exist. Only a warning: a host application may have some of that name for itself. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
class StartConfiguration {
    private static final Logger log = LoggerFactory.getLogger(StartConfiguration.class);

    /** The service has refused them before, and has what is known. */
    @Bean
    @ConditionalOnMissingBean(KnownProperties.class)
    SmartInitializingSingleton inboxUnknownProperties(Environment environment) {
        return () -> UnknownProperties.in(environment, KnownProperties.load())
                .forEach(unknown -> log.warn("No such property: {}", unknown));
    }
}
