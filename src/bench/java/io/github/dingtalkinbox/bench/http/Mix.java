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

    private static final long SEED = 5;

    /** So many deliveries in the order in which they are to be sent. */
    List<Delivery> of(Approvals approvals, Sealing sealing, int count) {
        RandomGenerator random = new Random(SEED);
        List<Delivery> deliveries = new ArrayList<>(count);
        while (deliveries.size() < count) {
            Delivery first = sealing.seal(approvals.next());
            deliveries.add(first);
            if (random.nextDouble() < twins && deliveries.size() < count) {
                deliveries.add(random.nextBoolean() ? first : sealing.seal(first.callback()));
            }
        }
        return deliveries;
    }
}
