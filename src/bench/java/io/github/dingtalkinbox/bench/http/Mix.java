package io.github.dingtalkinbox.bench.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Which events are delivered a second time. A twin comes right behind the first delivery, so that two connections have
 * them at the same time; every other one is the same ciphertext again, the rest are encrypted anew.
 *
 * @param twins probability that an event is delivered twice
 */
record Mix(double twins) {
    /** A third of all deliveries repeat an event. */
    static final Mix DEFAULT = new Mix(0.5);

    static final Mix WITHOUT_TWINS = new Mix(0);

    private static final Sealing SEALING = new Sealing();

    /** So many deliveries in the order in which they are to be sent, before they are encrypted. */
    List<Callback> callbacks(Approvals approvals, int count) {
        RandomGenerator random = new Random(count);
        List<Callback> callbacks = new ArrayList<>(count);
        while (callbacks.size() < count) {
            Callback callback = approvals.next();
            callbacks.add(callback);
            if (random.nextDouble() < twins && callbacks.size() < count) {
                callbacks.add(callback);
            }
        }
        return callbacks;
    }

    /** The same as HTTP requests. */
    List<Delivery> of(Approvals approvals, int count) {
        RandomGenerator random = new Random(count);
        List<Callback> callbacks = callbacks(approvals, count);
        List<Delivery> deliveries =
                new ArrayList<>(callbacks.parallelStream().map(SEALING::seal).toList());
        for (int i = 1; i < count; i++) {
            if (callbacks.get(i).equals(callbacks.get(i - 1)) && random.nextBoolean()) {
                deliveries.set(i, deliveries.get(i - 1));
            }
        }
        return deliveries;
    }
}
