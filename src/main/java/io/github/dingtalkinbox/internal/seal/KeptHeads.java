package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.text.Printable;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heads that one place has to keep. While it cannot, the newest one waits, since it covers those before it. A failure
 * is logged when it begins and when it is over, and keeps nobody from sealing.
 *
 * <p>Heads are kept by one thread; all may ask how it goes.
 */
final class KeptHeads {
    private static final Logger log = LoggerFactory.getLogger(KeptHeads.class);

    private final HeadPlace place;
    private final LongSupplier nanoTime;
    private volatile State state = new State(0, null);

    KeptHeads(HeadPlace place, LongSupplier nanoTime) {
        this.place = place;
        this.nanoTime = nanoTime;
    }

    /** Puts it there at once, unless an earlier one waits, for which the place is asked at most once in each run. */
    void keep(SealedHead head) {
        Waiting before = state.waiting();
        if (before != null) {
            state = new State(state.failures(), new Waiting(head, before.count() + 1, before.since()));
            return;
        }
        Exception failure = put(head);
        if (failure != null) {
            state = new State(state.failures() + 1, new Waiting(head, 1, nanoTime.getAsLong()));
            log.warn(
                    "The head {} of the sealed hour {} could not be kept in {}: {}. Sealing goes on; the newest head is tried"
                            + " again every inbox.seal.interval, and this is not logged again",
                    head.head(),
                    head.hour(),
                    place,
                    Printable.line(failure.toString()));
        }
    }

    /** Puts there what waits. */
    void retry() {
        Waiting before = state.waiting();
        if (before == null) {
            return;
        }
        if (put(before.newest()) != null) {
            state = new State(state.failures() + 1, before);
        } else {
            state = new State(state.failures(), null);
            log.info(
                    "Heads are kept in {} again, the latest of the hour {}",
                    place,
                    before.newest().hour());
        }
    }

    /** How many attempts have failed. */
    long failures() {
        return state.failures();
    }

    /** How many heads are not there, if one has been waiting for longer than this. */
    long overdue(Duration patience) {
        Waiting waiting = state.waiting();
        return waiting != null && nanoTime.getAsLong() - waiting.since() > patience.toNanos() ? waiting.count() : 0;
    }

    /** The reason why it is not there; null: it is. */
    private @Nullable Exception put(SealedHead head) {
        try {
            place.put(head);
            return null;
        } catch (IOException | RuntimeException e) {
            return e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the application stops
            return e;
        }
    }

    /** @param failures since the start */
    private record State(long failures, @Nullable Waiting waiting) {}

    /**
     * What is not there.
     *
     * @param newest covers the others
     * @param since when the first of them was refused, in nanoseconds
     */
    private record Waiting(SealedHead newest, long count, long since) {}
}
