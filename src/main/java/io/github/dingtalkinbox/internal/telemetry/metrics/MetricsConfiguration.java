package io.github.dingtalkinbox.internal.telemetry.metrics;

import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.seal.SealLevels;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Metrics, where the application has a Micrometer registry. */
@AutoConfiguration(
        afterName = {
            "io.github.dingtalkinbox.internal.queue.QueueConfiguration",
            "io.github.dingtalkinbox.internal.retention.RetentionConfiguration",
            "io.github.dingtalkinbox.internal.seal.SealConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
class MetricsConfiguration {
    @Bean
    InboxMeters inboxMeters(MeterRegistry registry) {
        return new InboxMeters(registry);
    }

    @Bean
    @ConditionalOnBean(QueueLevels.class)
    QueueMeters inboxQueueMeters(QueueLevels queue, MeterRegistry registry) {
        return new QueueMeters(new LatestLevels<>(queue::read, System::nanoTime), registry);
    }

    @Bean
    @ConditionalOnBean(SealLevels.class)
    SealMeters inboxSealMeters(SealLevels seals, MeterRegistry registry) {
        SealMeters meters = new SealMeters(new LatestLevels<>(seals::read, System::nanoTime));
        if (seals.isSealing()) {
            meters.register(registry);
        }
        return meters;
    }

    @Bean
    @ConditionalOnMissingBean
    CleanupListener inboxCleanupMeters(MeterRegistry registry) {
        return new CleanupMeters(registry);
    }

    @Bean
    @ConditionalOnBean(Retention.class)
    RetentionMeters inboxRetentionMeters(Retention retention, MeterRegistry registry) {
        return new RetentionMeters(retention, registry, System::nanoTime);
    }
}
