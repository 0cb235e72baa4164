package io.github.dingtalkinbox.service.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway does wrong now and then, and how often it has. The turn goes on over all simulations that share it. Safe
 * for use by many threads.
 */
public final class Misbehaviours {
    private final Map<Misbehaviour, Integer> done = new EnumMap<>(Misbehaviour.class);
    /** Of connections, the next one first. */
    private final List<Misbehaviour> turns;

    public Misbehaviours(Set<Misbehaviour> chosen) {
        chosen.forEach(how -> done.put(how, 0));
        this.turns = new ArrayList<>(
                done.keySet().stream().filter(how -> !how.isOfFrames()).toList());
    }

    synchronized boolean include(Misbehaviour how) {
        return done.containsKey(how);
    }

    /** Takes the next one that so many healthy connections allow. One that they do not keeps its turn. */
    synchronized Optional<Misbehaviour> next(int connections) {
        Optional<Misbehaviour> next = turns.stream()
                .filter(how -> connections > (how.takesLong() ? 1 : 0))
                .findFirst();
        next.ifPresent(how -> {
            turns.remove(how);
            turns.add(how);
        });
        return next;
    }

    synchronized void count(Misbehaviour how) {
        done.merge(how, 1, Integer::sum);
    }

    /** How often each has happened, 0 included. */
    public synchronized Map<Misbehaviour, Integer> done() {
        return Collections.unmodifiableMap(new EnumMap<>(done));
    }
}
