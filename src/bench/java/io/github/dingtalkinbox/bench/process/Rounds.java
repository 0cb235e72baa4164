package io.github.dingtalkinbox.bench.process;

import java.util.ArrayList;
import java.util.List;

/** What was measured of one contender, round by round, and what it got wrong. */
final class Rounds {
    private final List<Double> microsPerDelivery = new ArrayList<>();
    private long deliveries;
    private long errors;

    void add(double micros, Deliveries delivered) {
        microsPerDelivery.add(micros / delivered.number());
        deliveries += delivered.number();
        errors += delivered.errors();
    }

    double medianMicros() {
        List<Double> sorted = microsPerDelivery.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
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
}
