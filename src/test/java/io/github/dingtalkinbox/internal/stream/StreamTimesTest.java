package io.github.dingtalkinbox.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The times of which the documentation speaks: other tests have shorter ones. */
class StreamTimesTest {
    @Test
    void theTimesAreThoseOfTheDocumentation() {
        StreamProperties unset = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("inbox.stream", StreamProperties.class);

        assertThat(StreamTimes.usual(unset.watchdog()))
                .isEqualTo(new StreamTimes(
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofHours(6),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5)));
        assertThat(Backoff.LONGEST).hasSeconds(60);
    }
}
