package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties.AppProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Warns in a web application that cannot have the callback URL. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@EnableConfigurationProperties(DingTalkProperties.class)
class NoServletsConfiguration {
    private static final Logger log = LoggerFactory.getLogger(NoServletsConfiguration.class);

    @Bean
    SmartInitializingSingleton inboxMissingServlets(DingTalkProperties properties) {
        return () -> {
            if (properties.apps().values().stream().anyMatch(AppProperties::hasCallbackUrl)) {
                log.warn(
                        "There are apps with a callback URL under inbox.apps, but their callbacks are answered 404, because this is a reactive"
                                + " application. The callback URL needs a servlet container (spring-boot-starter-webmvc has one);"
                                + " Stream mode does not. Or pass events that the application receives in another way to the Receiver");
            }
        };
    }
}
