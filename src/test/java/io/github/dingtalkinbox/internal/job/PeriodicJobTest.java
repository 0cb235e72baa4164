package io.github.dingtalkinbox.internal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.Trigger;

class PeriodicJobTest {
    private final Queue<String> done = new ConcurrentLinkedQueue<>();

    @Test
    void aFailureIsNotTheEndOfIt() {
        Job job = new Job(Duration.ofMillis(1), () -> {
            throw new IllegalStateException("out of order");
        });
        job.start();

        await().until(() -> done.stream().filter("failed: out of order"::equals).count() >= 3);
        job.stop();

        assertThat(job.isRunning()).isFalse();
        assertThat(done).endsWith("ended in time");
    }

    @Test
    void theLastWorkIsDoneAtTheEndAndNothingWaitsForTheNextTime() {
        Job job = new Job(
                Duration.ofHours(1),
                () -> done.add("work on " + Thread.currentThread().getName()));
        job.start();
        await().until(() -> !done.isEmpty());
        job.stop();

        assertThat(done).containsExactly("work on job-of-the-test", "last", "ended in time");
    }

    @Test
    void whatTakesTooLongAtTheEndIsInterrupted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Job job = new Job(Duration.ofHours(1), Duration.ofMillis(300), () -> {
            done.add("begun");
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        job.start();
        await().until(() -> !done.isEmpty());
        job.stop();

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).contains("ended late");
    }

    private final class Job extends PeriodicJob {
        private final Duration interval;
        private final Runnable work;

        private Job(Duration interval, Runnable work) {
            this(interval, Duration.ofMinutes(1), work);
        }

        private Job(Duration interval, Duration patience, Runnable work) {
            super("job-of-the-test", 0, patience);
            this.interval = interval;
            this.work = work;
        }

        @Override
        protected Trigger trigger() {
            return every(Duration.ZERO, interval);
        }

        @Override
        protected void work() {
            work.run();
        }

        @Override
        protected void failed(Throwable failure) {
            done.add("failed: " + failure.getMessage());
        }

        @Override
        protected void ending(Executor thread) {
            thread.execute(() -> done.add("last"));
        }

        @Override
        protected void ended(boolean inTime) {
            done.add(inTime ? "ended in time" : "ended late");
        }
    }
}
