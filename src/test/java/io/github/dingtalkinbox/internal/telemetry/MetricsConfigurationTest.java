package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.github.dingtalkinbox.internal.stream.StreamListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What is there in a host application. */
class MetricsConfigurationTest {
    private final ApplicationContextRunner host = new ApplicationContextRunner()
            .withBean(QueueLevels.class, () -> Map::of)
            .withConfiguration(AutoConfigurations.of(MetricsConfiguration.class));

    @Test
    void aHostWithARegistryHasTheMetrics() {
        host.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            assertThat(context).hasSingleBean(InboxMeters.class).hasSingleBean(LevelMeters.class);
            assertThat(context.getBean(MeterRegistry.class)
                            .get("dingtalk.inbox.queue.depth")
                            .gauges())
                    .hasSize(3);
        });
    }

    @Test
    void aHostWithoutMicrometerStarts() {
        host.withClassLoader(new FilteredClassLoader("io.micrometer")).run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(Observer.class)
                .doesNotHaveBean("inboxLevelMeters"));
    }

    @Test
    void aHostWithoutARegistryStarts() {
        host.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Observer.class));
    }

    @Test
    void aHostWithRegistriesOfWhichNoneComesFirstStarts() {
        host.withBean("one", MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean("other", MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Observer.class));
    }

    @Test
    void anAppWithStreamHasItsMetricsFromTheStart() {
        host.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(StreamLevels.class, MetricsConfigurationTest::stream)
                .run(context -> {
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(context).hasSingleBean(StreamListener.class);
                    assertThat(Meters.counts(registry)).containsEntry("stream.frames/event", 0L);
                    assertThat(registry.get("dingtalk.inbox.stream.connections")
                                    .tags("app", "default", "state", "connected")
                                    .gauge()
                                    .value())
                            .isEqualTo(1);
                });
    }

    @Test
    void withoutStreamNothingIsSaidAboutIt() {
        host.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> assertThat(context.getBean(MeterRegistry.class).getMeters())
                        .extracting(meter -> meter.getId().getName())
                        .noneMatch(name -> name.startsWith("dingtalk.inbox.stream")));
    }

    @Test
    void aListenerOfItsOwnTakesThePlaceOfTheCounters() {
        host.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(StreamLevels.class, MetricsConfigurationTest::stream)
                .withBean("own", StreamListener.class, () -> StreamListener.NONE)
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(StreamListener.class);
                    assertThat(Meters.counts(context.getBean(MeterRegistry.class)))
                            .doesNotContainKey("stream.frames/event");
                });
    }

    private static StreamLevels stream() {
        var connection =
                new StreamConnection("default", 1, ConnectionState.CONNECTED, Instant.EPOCH, null, null, false);
        return () -> List.of(connection);
    }

    @Test
    void aHostMayObserveBesides() {
        host.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean("own", Observer.class, () -> new Observer() {})
                .run(context ->
                        assertThat(context).hasSingleBean(InboxMeters.class).hasBean("own"));
    }
}
