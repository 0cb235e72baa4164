package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Outcome;
import java.time.Duration;
import java.util.List;

/**
 * How deliveries share transactions. None of these figures decides what is right, only what is fast; they were measured.
 *
 * <p>The next transaction of a lane takes what waits there, up to {@code mostEvents} events and {@code largest} characters of
 * payload, which are held in memory several times over (a single delivery may have more). While one transaction of a lane is
 * at work the next one waits, because what arrives in the meantime can share it; but {@code many} waiting deliveries fill one
 * of their own beside it, and a delivery that has waited for {@code patience} gets one, because those under way may be stuck.
 * A lane that has a transaction leaves a third of the connections to other lanes ({@link #reserve}). A shared transaction may
 * take {@code longestShared}: a delivery that is stuck in it would otherwise keep the copies of all its neighbours from being
 * processed for as long as handlers may take. It waits for a twin that another node is inserting for
 * {@code longestSharedWait} at most, because its neighbours wait as well, and afterwards the delivery waits once more, alone,
 * for {@code longestWait}. If most of the last transaction's events were duplicates, those of the next one probably are too
 * ({@link #isProbablyKnown}) and are looked up first, because an insert that meets a conflict costs more than a look.
 */
record SharingPolicy(
        int mostEvents,
        long largest,
        int many,
        Duration patience,
        Duration longestShared,
        Duration longestWait,
        Duration longestSharedWait) {

    /** @param deadline by which a delivery has its outcome */
    static SharingPolicy of(Duration deadline) {
        return new SharingPolicy(
                128,
                1024 * 1024,
                32,
                deadline.dividedBy(10),
                deadline.multipliedBy(2),
                deadline.dividedBy(2),
                deadline.dividedBy(10));
    }

    int reserve(int connections) {
        return connections / 3;
    }

    /** Whether the next events of a lane are probably known, after these outcomes of the last ones. */
    boolean isProbablyKnown(List<Outcome> last) {
        long duplicates =
                last.stream().filter(Outcome.Duplicate.class::isInstance).count();
        return 2 * duplicates > last.size();
    }
}
