package io.github.dingtalkinbox.internal.seal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** What is found, the first ones of it in full. For one thread. */
final class Findings {
    private final List<SealFinding> first = new ArrayList<>();
    private final Set<String> said = new HashSet<>();
    private final AtomicLong more = new AtomicLong();

    void add(SealFinding finding) {
        if (first.size() < SealFindings.MOST) {
            first.add(finding);
        } else {
            more.incrementAndGet();
        }
    }

    /** Adds it unless something was said of the same matter. */
    void addOnce(String matter, SealFinding finding) {
        if (said.add(matter)) {
            add(finding);
        }
    }

    List<SealFinding> first() {
        return List.copyOf(first);
    }

    long more() {
        return more.get();
    }
}
