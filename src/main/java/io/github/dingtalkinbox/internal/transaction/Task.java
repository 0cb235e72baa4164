package io.github.dingtalkinbox.internal.transaction;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that runs on a thread of its own, so that its caller can stop waiting for it. When its time is over it is
 * aborted: its connection is cut, which undoes its transaction, and its thread is interrupted.
 */
public final class Task<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile @Nullable Thread thread;
    private volatile @Nullable Runnable cut;
    private volatile boolean hasEnded;
    private volatile @Nullable Exception reasonOfAbort;

    /** The work begins, on this thread. */
    void begin() {
        thread = Thread.currentThread();
    }

    void succeed(T value) {
        end(() -> result.complete(value));
    }

    /** Fails for the reason of the abort if there was one, and not for the secondary failure that it caused. */
    void fail(Throwable failure) {
        Exception reason = reasonOfAbort;
        end(() -> result.completeExceptionally(reason == null ? failure : reason));
    }

    /**
     * Waits for the result.
     *
     * @param nanos at most
     * @throws TimeoutException if it is not there by then; the task goes on
     * @throws Exception what the work has thrown
     */
    public T await(long nanos) throws Exception {
        try {
            return result.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Waits for the result, or for the end of the task's time. */
    public T await() throws Exception {
        return await(Long.MAX_VALUE);
    }

    public void whenEnded(BiConsumer<@Nullable T, @Nullable Throwable> action) {
        var unused = result.whenComplete(action);
    }

    /** Whether it was aborted, although its work may still run. */
    public boolean isAborted() {
        return reasonOfAbort != null;
    }

    /**
     * What to do if the task has to be aborted from now on.
     *
     * @param cutConnection cuts the connection of its transaction
     */
    synchronized void guard(Runnable cutConnection) {
        if (hasEnded || isAborted()) {
            throw new IllegalStateException("The task was aborted before its transaction began");
        }
        cut = cutConnection;
    }

    /** The connection is no longer the task's own. */
    synchronized void unguard() {
        cut = null;
    }

    /**
     * Ends the task from outside, unless it has ended.
     *
     * @param reason what its result will be, unless its work succeeds meanwhile
     */
    public void abort(Exception reason) {
        synchronized (this) {
            if (hasEnded || isAborted()) {
                return;
            }
            reasonOfAbort = reason;
            Runnable cutConnection = cut;
            if (cutConnection != null) {
                cutConnection.run();
            }
            Thread worker = thread;
            if (worker != null) {
                worker.interrupt();
            }
        }
        end(() -> result.completeExceptionally(reason));
    }

    private void end(Runnable completion) {
        synchronized (this) {
            thread = null;
            if (hasEnded) {
                return;
            }
            hasEnded = true;
        }
        completion.run();
    }

    /** What a task does. */
    public interface Work<T> {
        T in(Task<?> task) throws Exception;
    }
}
