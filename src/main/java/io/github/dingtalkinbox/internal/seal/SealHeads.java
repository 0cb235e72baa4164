package io.github.dingtalkinbox.internal.seal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Takes the heads of the chain to where those who administrate the database cannot change them. */
public final class SealHeads {
    private static final Duration PATIENCE = Duration.ofHours(2);

    private final List<KeptHeads> places;

    SealHeads(List<? extends HeadPlace> places) {
        this.places = places.stream()
                .map(place -> new KeptHeads(place, System::nanoTime))
                .toList();
    }

    /** Whether there is such a place. */
    public boolean isKeeping() {
        return !places.isEmpty();
    }

    /** How many attempts to put a head somewhere have failed, since the start. */
    public long failures() {
        return places.stream().mapToLong(KeptHeads::failures).sum();
    }

    /** How many heads some place does not have, if it has taken none for two hours. */
    public long overdue() {
        return places.stream().mapToLong(place -> place.overdue(PATIENCE)).max().orElse(0);
    }

    /**
     * Keeps a head.
     *
     * @param hour the one that was sealed
     * @param head as {@link Seal#head()}
     */
    void keep(Instant hour, String head) {
        places.forEach(place -> place.keep(new SealedHead(hour, head)));
    }

    /** Tries again what failed. */
    void retry() {
        places.forEach(KeptHeads::retry);
    }
}
