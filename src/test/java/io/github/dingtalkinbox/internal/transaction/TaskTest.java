package io.github.dingtalkinbox.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class TaskTest {
    private final Task<String> task = new Task<>();
    private final CountDownLatch guarded = new CountDownLatch(1);
    private final CountDownLatch cut = new CountDownLatch(1);

    /** Whoever reads why an event waits has to read of the time limit, not of the connection that it cut. */
    @RepeatedTest(100)
    void workThatFailsBecauseItIsAbortedFailsForTheReasonOfThat() throws Exception {
        Thread worker = start(running -> {
            cut.await();
            throw new IOException("cut off");
        });

        Exception reason = new TimeoutException("its time is over");
        task.abort(reason);
        worker.join();

        assertThat(task.isAborted()).isTrue();
        assertThatThrownBy(() -> task.await(0)).isSameAs(reason);
    }

    @Test
    void workThatFailsByItselfFailsForItsOwnReason() throws Exception {
        IOException failure = new IOException("refused");
        Thread worker = start(running -> {
            throw failure;
        });
        worker.join();

        task.abort(new TimeoutException("its time is over"));

        assertThat(task.isAborted()).isFalse();
        assertThatThrownBy(() -> task.await(0)).isSameAs(failure);
    }

    private Thread start(Task.Work<String> work) throws InterruptedException {
        Thread worker = new Thread(() -> {
            task.begin();
            try {
                task.guard(cut::countDown);
                guarded.countDown();
                task.succeed(work.in(task));
            } catch (Exception e) {
                task.fail(e);
            }
        });
        worker.start();
        assertThat(guarded.await(10, TimeUnit.SECONDS)).isTrue();
        return worker;
    }
}
