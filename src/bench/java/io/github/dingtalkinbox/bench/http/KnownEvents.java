package io.github.dingtalkinbox.bench.http;

import java.util.ArrayList;
import java.util.List;

/** Events that have been processed, to be delivered again and again. */
final class KnownEvents {
    private final Approvals approvals;
    private final Load load;
    private final ExactlyOnce exactlyOnce;
    private final List<Delivery> deliveries;
    private final List<Measured> runs = new ArrayList<>();

    private KnownEvents(Approvals approvals, Load load, ExactlyOnce exactlyOnce, List<Delivery> deliveries) {
        this.approvals = approvals;
        this.load = load;
        this.exactlyOnce = exactlyOnce;
        this.deliveries = deliveries;
    }

    /** Delivers so many new events. */
    static KnownEvents deliver(int count, Load load, ExactlyOnce exactlyOnce) throws Exception {
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES);
        List<Delivery> deliveries = Mix.WITHOUT_TWINS.of(approvals, count);
        KnownEvents known = new KnownEvents(approvals, load, exactlyOnce, deliveries);
        known.run(count, new Pace.PerSecond(Double.MAX_VALUE));
        return known;
    }

    /** Delivers them again, so many deliveries in all. */
    Measured run(int count, Pace pace) throws Exception {
        List<Delivery> again = new ArrayList<>(count);
        while (again.size() < count) {
            again.addAll(deliveries.subList(0, Math.min(deliveries.size(), count - again.size())));
        }
        Measured measured = load.run(again, pace);
        runs.add(measured);
        exactlyOnce.verify(approvals, runs);
        return measured;
    }
}
