package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.seal.SealHeads;
import io.github.dingtalkinbox.internal.seal.SealLevels;
import io.github.dingtalkinbox.internal.webhook.TimestampListener;
import io.github.dingtalkinbox.internal.webhook.TimestampListener.TimestampFinding;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Metrics, if the application has a Micrometer registry. */
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
    LevelMeters inboxLevelMeters(
            MeterRegistry registry,
            ObjectProvider<QueueLevels> queue,
            ObjectProvider<SealLevels> seals,
            ObjectProvider<SealHeads> heads,
            ObjectProvider<Retention> retention) {
        LevelMeters meters = new LevelMeters(registry, System::nanoTime);
        queue.ifAvailable(meters::add);
        seals.ifAvailable(meters::add);
        heads.ifAvailable(meters::add);
        retention.ifAvailable(meters::add);
        return meters;
    }

    @Bean
    @ConditionalOnMissingBean
    TimestampListener inboxTimestampMeters(MeterRegistry registry) {
        MeterProvider<Counter> timestamps =
                InboxMeters.counter("timestamps", "Authentic callbacks whose time is odd", registry);
        // A counter that is created by the first one has no rate for it.
        for (TimestampFinding finding : TimestampFinding.values()) {
            timestamps.withTags("finding", InboxMeters.word(finding));
        }
        return finding ->
                timestamps.withTags("finding", InboxMeters.word(finding)).increment();
    }

    @Bean
    @ConditionalOnMissingBean
    CleanupListener inboxCleanupMeters(MeterRegistry registry) {
        return new CleanupMeters(registry);
    }
}
