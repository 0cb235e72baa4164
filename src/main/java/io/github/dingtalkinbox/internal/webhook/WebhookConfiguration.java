package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.identity.LogMemory;
import jakarta.servlet.ServletContext;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The callback URL, in every servlet web application that has an app. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@ConditionalOnClass(ServletRegistrationBean.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(DingTalkProperties.class)
class WebhookConfiguration {
    static final String PATH = "/dingtalk/callback";

    @Bean
    Apps inboxApps(DingTalkProperties properties) {
        return Apps.of(properties);
    }

    /** @param longest what Spring allows for each phase of a stop */
    @Bean
    Drain inboxDrain(
            DingTalkProperties properties,
            Apps apps,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration longest) {
        return new Drain(apps.isEmpty() ? Duration.ZERO : properties.drain(), longest);
    }

    @Bean
    ServletRegistrationBean<CallbackServlet> inboxCallbackServlet(
            Apps apps,
            EventReader reader,
            Receiver receiver,
            LogMemory memory,
            ObjectProvider<TimestampListener> listener,
            Drain drain) {
        var oldCaptures = new OldCaptures(memory, listener.getIfAvailable(() -> TimestampListener.NONE));
        var servlet = new CallbackServlet(apps, reader, receiver, oldCaptures, drain, Clock.systemUTC());
        var registration = new ServletRegistrationBean<>(servlet, PATH, PATH + "/*");
        registration.setEnabled(!apps.isEmpty());
        return registration;
    }

    @Bean
    @ConditionalOnMissingBean(name = "inboxStartReport")
    CallbackUrls inboxStartReport(Apps apps, ServletContext application, Environment environment) {
        return new CallbackUrls(apps, application, environment);
    }
}
