package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LatestAnswerTest {
    private static final String DEPTH = "dingtalk.inbox.queue.depth";

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE); // it may overflow
    private final AtomicInteger asked = new AtomicInteger();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void allGaugesOfAScrapeTakeOneQuestion() {
        new LevelMeters(registry, nanoTime::get).add(this::one);

        assertThat(registry.getMeters()).hasSize(2 * QueueState.OPEN.size()).allSatisfy(m -> assertThat(
                        m.measure().iterator().next().getValue())
                .isNotNaN());
        assertThat(asked).hasValue(1);
        assertThat(depth(QueueState.DEAD)).isEqualTo(1);
        assertThat(depth(QueueState.PENDING)).isZero();
    }

    @Test
    void anAnswerIsGoodForAFewSeconds() {
        var levels = new LatestAnswer<>(this::one, LevelMeters.VALIDITY, nanoTime::get);
        levels.get();
        nanoTime.addAndGet(LevelMeters.VALIDITY.toNanos() - 1);
        levels.get();
        assertThat(asked).hasValue(1);

        nanoTime.incrementAndGet();
        assertThat(levels.get()).isPresent();
        assertThat(asked).hasValue(2);
    }

    @Test
    void aDatabaseThatIsAwayIsNotANumber() {
        new LevelMeters(registry, nanoTime::get).add(() -> {
            asked.incrementAndGet();
            throw new IllegalStateException("away");
        });

        assertThat(depth(QueueState.DEAD)).isNaN();
        assertThat(registry.get("dingtalk.inbox.queue.age")
                        .tag("state", "pending")
                        .gauge()
                        .value())
                .isNaN();
        assertThat(asked).as("questions, of which a failure is an answer too").hasValue(1);
    }

    @Test
    void aDatabaseThatHangsIsAskedOnceAndNotWaitedFor() {
        CountDownLatch hanging = new CountDownLatch(1);
        new LevelMeters(registry, System::nanoTime).add(() -> {
            awaitUninterruptibly(hanging);
            return one();
        });
        List<Duration> times = new ArrayList<>();

        for (QueueState state : QueueState.OPEN) {
            long start = System.nanoTime();
            assertThat(depth(state)).isNaN();
            times.add(Duration.ofNanos(System.nanoTime() - start));
        }
        // Not once for every gauge; only the shortest shows that, where the machine does other things as well.
        assertThat(times).anyMatch(time -> time.compareTo(LatestAnswer.PATIENCE.dividedBy(2)) < 0);
        assertThat(asked).hasValue(0);

        hanging.countDown();
        await().until(() -> depth(QueueState.DEAD) == 1);
        assertThat(asked).hasValue(1);
    }

    private Map<QueueState, QueueDepth> one() {
        asked.incrementAndGet();
        return Map.of(QueueState.DEAD, new QueueDepth(1, Duration.ofMinutes(1)));
    }

    private double depth(QueueState state) {
        return registry.get(DEPTH)
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .gauge()
                .value();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
