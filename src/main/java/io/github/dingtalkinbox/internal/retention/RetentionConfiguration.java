package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.identity.LogMemory;
import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RetentionProperties.class)
class RetentionConfiguration {
    @Bean
    Retention inboxRetention(
            InboxDatabase database,
            RetentionProperties properties,
            Environment environment,
            ObjectProvider<CleanupListener> listener) {
        return Retention.on(
                database.dataSource(),
                properties,
                SealKeys.in(environment).orElse(null),
                NodeName.get(),
                listener.getIfAvailable(() -> CleanupListener.NONE));
    }

    @Bean
    LogMemory inboxLogMemory(RetentionProperties properties) {
        return new LogMemory(
                properties.removes() ? Periods.ofEvents(properties, null).shortest() : null);
    }

    @Bean
    RetentionJob inboxRetentionJob(
            Retention retention,
            RetentionProperties properties,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration phase) {
        CleanupOrder order = new CleanupOrder("schedule", NodeName.get(), "inbox.retention.schedule", null);
        return new RetentionJob(
                retention, properties.schedule(), order, phase.multipliedBy(2).dividedBy(3));
    }
}
