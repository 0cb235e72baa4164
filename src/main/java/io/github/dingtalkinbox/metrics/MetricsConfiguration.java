package io.github.dingtalkinbox.metrics;

import io.github.dingtalkinbox.inbox.Observer;
import io.github.dingtalkinbox.queue.QueueLevels;
import io.github.dingtalkinbox.retention.CleanupListener;
import io.github.dingtalkinbox.retention.Retention;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Metrics, where the application has a Micrometer registry. */
@AutoConfiguration(
        afterName = {
            "io.github.dingtalkinbox.queue.QueueConfiguration",
            "io.github.dingtalkinbox.retention.RetentionConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
class MetricsConfiguration {
    @Bean
    @ConditionalOnMissingBean
    Observer inboxMeters(MeterRegistry registry) {
        return new InboxMeters(registry);
    }

    @Bean
    @ConditionalOnBean(QueueLevels.class)
    QueueMeters queueMeters(QueueLevels queue, MeterRegistry registry) {
        return new QueueMeters(new LatestLevels<>(queue::read, System::nanoTime), registry);
    }

    @Bean
    @ConditionalOnMissingBean
    CleanupListener cleanupMeters(MeterRegistry registry) {
        return new CleanupMeters(registry);
    }

    @Bean
    @ConditionalOnBean(Retention.class)
    RetentionMeters retentionMeters(Retention retention, MeterRegistry registry) {
        return new RetentionMeters(retention, registry, System::nanoTime);
    }
}
