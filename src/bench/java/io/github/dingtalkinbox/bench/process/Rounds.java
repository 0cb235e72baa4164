package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.bench.Median;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What was measured of one contender, round by round, and what it got wrong. */
final class Rounds {
    /** Until there is a round to go by: enough for a guess on a fast machine, and soon over on a slow one. */
    private static final int FIRST = 2_000;

    /** As many as fit into the memory of a small machine. */
    private static final int MOST = 60_000;

    private final List<Double> microsPerDelivery = new ArrayList<>();
    private double latest;
    private long deliveries;
    private long errors;
    private long queued;

    /** How many of them make up a round of that time, going by the one before. */
    int deliveriesIn(Duration time) {
        return latest == 0 ? FIRST : (int) Math.max(1, Math.min(MOST, time.toNanos() / 1e3 / latest));
    }

    /** @param queued how many were answered before they took effect */
    void add(double micros, Deliveries delivered, long queued) {
        latest = micros / delivered.number();
        microsPerDelivery.add(latest);
        deliveries += delivered.number();
        errors += delivered.errors();
        this.queued += queued;
    }

    /** The rounds up to now were there to warm up. */
    void forget() {
        microsPerDelivery.clear();
        deliveries = 0;
        errors = 0;
        queued = 0;
    }

    double medianMicros() {
        return Median.of(microsPerDelivery);
    }

    long perSecond() {
        return Math.round(1e6 / medianMicros());
    }

    long deliveries() {
        return deliveries;
    }

    long errors() {
        return errors;
    }

    long queued() {
        return queued;
    }
}
