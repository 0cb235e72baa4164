package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.seal.SealHeads;
import io.github.dingtalkinbox.internal.seal.SealLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.stream.StreamListener;
import io.github.dingtalkinbox.internal.webhook.TimestampListener;
import io.github.dingtalkinbox.internal.webhook.TimestampListener.TimestampFinding;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
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
            "io.github.dingtalkinbox.internal.stream.StreamConfiguration",
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

    /** Does not ask for the connections when it is created: they ask for it. */
    @Bean
    @ConditionalOnMissingBean(StreamListener.class)
    StreamMeters inboxStreamMeters(MeterRegistry registry) {
        return new StreamMeters(registry);
    }

    @Bean
    @ConditionalOnBean(StreamLevels.class)
    StreamGauges inboxStreamGauges(MeterRegistry registry, StreamLevels levels, ObjectProvider<StreamMeters> meters) {
        StreamGauges gauges = new StreamGauges(levels, Clock.systemUTC());
        for (String app : gauges.apps()) {
            gauges.register(app, registry);
            meters.ifAvailable(all -> all.expect(app));
        }
        return gauges;
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
