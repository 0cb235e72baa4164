package io.github.dingtalkinbox.metrics;

import io.github.dingtalkinbox.queue.QueueLevels;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Metrics, where the application has a Micrometer registry. */
@AutoConfiguration(
        afterName = {
            "io.github.dingtalkinbox.queue.QueueConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
class MetricsConfiguration {
    @Bean
    InboxMeters inboxMeters(MeterRegistry registry) {
        return new InboxMeters(registry);
    }

    @Bean
    @ConditionalOnBean(QueueLevels.class)
    QueueMeters queueMeters(QueueLevels queue, MeterRegistry registry) {
        return new QueueMeters(new LatestLevels(queue, System::nanoTime), registry);
    }
}
