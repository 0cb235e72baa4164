package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.text.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Findings, of which the first are kept in full. For one thread. */
final class SealFindingList {
    private final List<Message> first = new ArrayList<>();
    private final Set<String> said = new HashSet<>();
    private final AtomicLong more = new AtomicLong();

    void add(Message finding) {
        if (first.size() < SealFindings.MOST) {
            first.add(finding);
        } else {
            more.incrementAndGet();
        }
    }

    /** Adds it unless there is a finding about the same matter. */
    void addOnce(String matter, Message finding) {
        if (said.add(matter)) {
            add(finding);
        }
    }

    List<Message> first() {
        return List.copyOf(first);
    }

    long more() {
        return more.get();
    }
}
