package io.github.dingtalkinbox.internal.text;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Keeps a log readable while the same happens again and again: the first lines are written, and then, every few seconds, one
 * that says how many more there were.
 *
 * <p>Safe for use by many threads.
 */
public final class Flood {
    private static final int FIRST = 10;
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Executor later;
    private final IntConsumer summary;
    private int lines;

    /** @param summary writes the line that says how many more there were */
    public Flood(IntConsumer summary) {
        this(CompletableFuture.delayedExecutor(INTERVAL.toMillis(), TimeUnit.MILLISECONDS), summary);
    }

    /** @param later runs what it is given after a while */
    Flood(Executor later, IntConsumer summary) {
        this.later = later;
        this.summary = summary;
    }

    /** Whether to write the line that is due; if not, the summary counts it. */
    public synchronized boolean admits() {
        lines++;
        if (lines == 1) {
            later.execute(this::sumUp);
        }
        return lines <= FIRST;
    }

    /** It is over when nothing more has come since the last summary. */
    private void sumUp() {
        int more = takeMore();
        if (more > 0) {
            summary.accept(more);
            later.execute(this::sumUp);
        }
    }

    private synchronized int takeMore() {
        int more = lines - FIRST;
        lines = more > 0 ? FIRST : 0;
        return more;
    }
}
