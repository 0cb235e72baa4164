package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Some events of a transaction are new and others have to wait in the queue: those wait. A place in the queue that is not
 * committed while handlers run would keep everybody else from it.
 */
public final class MustWait extends RuntimeException {
    private final List<Event> events;

    public MustWait(Collection<Event> events) {
        super("Some events have to wait in the queue", null, false, false);
        this.events = List.copyOf(events);
    }

    /** Whether one of these is among those that have to wait. */
    public boolean concerns(List<Event> others) {
        return !Collections.disjoint(events, others);
    }
}
