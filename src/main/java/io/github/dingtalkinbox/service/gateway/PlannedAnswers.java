package io.github.dingtalkinbox.service.gateway;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/** How to answer: the next few in one way, and all after them in another. Safe for use by many threads. */
final class PlannedAnswers<T> {
    private final Deque<T> next = new ArrayDeque<>();
    private T always;

    PlannedAnswers(T always) {
        this.always = always;
    }

    synchronized void always(T how) {
        next.clear();
        always = how;
    }

    synchronized void next(int times, T how) {
        next.addAll(Collections.nCopies(times, how));
    }

    synchronized T take() {
        T planned = next.poll();
        return planned == null ? always : planned;
    }
}
