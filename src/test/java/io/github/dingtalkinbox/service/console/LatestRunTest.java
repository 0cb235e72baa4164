package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LatestRunTest {
    private static final Instant START = Instant.parse("2026-11-24T03:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InstantSource time = now::get;
    private final List<Runnable> waiting = new ArrayList<>();
    private final LatestRun<String> latest = new LatestRun<>(waiting::add, time.withZone(ZoneOffset.UTC));

    @Test
    void aRunHasEndedWhenItHasAndNotWhenItBegan() {
        latest.start(() -> {
            now.set(START.plus(HOUR));
            return "done";
        });
        assertThat(latest.state().since()).isEqualTo(START);
        assertThat(latest.state().endedAt()).isNull();

        waiting.remove(0).run();

        assertThat(latest.state()).isEqualTo(new LatestRun.RunState<>(null, START.plus(HOUR), "done", null));
    }

    @Test
    void soHasOneThatFails() {
        latest.start(() -> {
            now.set(START.plus(HOUR));
            throw new IllegalStateException("no room");
        });

        waiting.remove(0).run();

        assertThat(latest.state()).isEqualTo(new LatestRun.RunState<>(null, START.plus(HOUR), null, "no room"));
    }

    @Test
    void oneThatRunsIsNotStartedAgain() {
        assertThat(latest.start(() -> "one")).isTrue();
        assertThat(latest.start(() -> "other")).isFalse();

        assertThat(waiting).hasSize(1);
    }
}
