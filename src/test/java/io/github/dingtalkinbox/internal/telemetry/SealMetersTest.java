package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.seal.SealLevels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SealMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void theyTellHowFarTheLogIsSealed() {
        new LevelMeters(registry, System::nanoTime).add(new Levels(true));
        assertThat(registry.get("dingtalk.inbox.seals.waiting").gauge().value()).isEqualTo(3);
        assertThat(registry.get("dingtalk.inbox.seals.age").timeGauge().value(TimeUnit.MINUTES))
                .isEqualTo(190);
    }

    @Test
    void withoutAKeyThereIsNothingToTell() {
        new LevelMeters(registry, System::nanoTime).add(new Levels(false));
        assertThat(registry.getMeters()).isEmpty();
    }

    private record Levels(boolean isSealing) implements SealLevels {
        @Override
        public SealLag read() {
            return new SealLag(3, Duration.ofMinutes(190));
        }
    }
}
