package io.github.dingtalkinbox.service.start;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.webhook.Apps;
import io.github.dingtalkinbox.service.access.ConsoleProperties;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Not an auto-configuration: a host application logs its start in its own way. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class StartReportConfiguration {
    @Bean
    OwnUrl ownUrl(ServerProperties server, Environment environment) {
        return new OwnUrl(server, environment);
    }

    @Bean
    OwnCallbacks ownCallbacks(Apps apps, DingTalkProperties properties) {
        Apps.requireOne(properties);
        return new OwnCallbacks(apps, Clock.systemUTC());
    }

    /** Replaces the bean of this name that a host application has. */
    @Bean
    StartReport inboxStartReport(
            OwnUrl url, OwnCallbacks callbacks, DingTalkProperties properties, ConsoleProperties console) {
        return new StartReport(url, callbacks.paths(), properties.streaming(), console.isOn());
    }
}
