package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.stream.StreamListener.Acknowledgement;
import io.github.dingtalkinbox.internal.stream.StreamListener.Ending;
import io.github.dingtalkinbox.internal.stream.StreamListener.FrameKind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final StreamMeters meters = new StreamMeters(registry);

    @Test
    void framesAreCountedByKind() {
        meters.received("default", FrameKind.EVENT);
        meters.received("default", FrameKind.EVENT);
        meters.received("default", FrameKind.TOO_LARGE);

        assertThat(Meters.counts(registry))
                .containsEntry("stream.frames/event", 2L)
                .containsEntry("stream.frames/too_large", 1L)
                .hasSize(2);
    }

    @Test
    void reconnectsAreCountedByReasonAndAStopIsNone() {
        meters.ended("default", Ending.SILENT);
        meters.ended("default", Ending.REFUSED);
        meters.ended("default", Ending.STOPPED);

        assertThat(Meters.counts(registry))
                .containsEntry("stream.reconnects/silent", 1L)
                .containsEntry("stream.reconnects/refused", 1L)
                .hasSize(2);
    }

    @Test
    void acknowledgementsAreTimedByAnswer() {
        meters.acknowledged("default", Acknowledgement.SUCCESS, Duration.ofMillis(20));
        meters.acknowledged("default", Acknowledgement.SUCCESS, Duration.ofMillis(40));
        meters.acknowledged("default", Acknowledgement.LATER, Duration.ofMillis(1300));

        Timer later = registry.get("dingtalk.inbox.stream.acknowledgement")
                .tags("app", "default", "answer", "later")
                .timer();
        assertThat(later.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1300);
        assertThat(Meters.counts(registry))
                .containsEntry("stream.acknowledgement/success", 2L)
                .containsEntry("stream.acknowledgement/later", 1L);
    }

    @Test
    void appsAreToldApart() {
        meters.received("one", FrameKind.PING);
        meters.received("other", FrameKind.PING);

        assertThat(registry.get("dingtalk.inbox.stream.frames")
                        .tag("app", "one")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void anExpectedAppHasZeros() {
        meters.expect("default");

        int reconnects = Ending.values().length - 1;
        assertThat(Meters.counts(registry))
                .hasSize(FrameKind.values().length + reconnects + Acknowledgement.values().length)
                .containsKeys("stream.frames/unreadable", "stream.reconnects/refused", "stream.acknowledgement/unsent")
                .doesNotContainKey("stream.reconnects/stopped")
                .allSatisfy((name, count) -> assertThat(count).as(name).isZero());
    }
}
