package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import java.util.ArrayList;
import java.util.List;

/** All the handlers, in their order. Safe for use by many threads. */
public final class Handlers {
    private final List<EventHandler> all;

    public Handlers(List<EventHandler> all) {
        this.all = List.copyOf(all);
    }

    /** Asks every handler whether it wants these events. Never throws: a handler that does fails later, when it is to run. */
    public List<Assignment> assign(List<Event> events) {
        return events.stream().map(this::assign).toList();
    }

    private Assignment assign(Event event) {
        List<EventHandler> wanting = new ArrayList<>(all.size());
        try {
            for (EventHandler handler : all) {
                if (handler.handles(event)) {
                    wanting.add(handler);
                }
            }
            return new Assignment(event, wanting, null);
        } catch (Throwable failure) {
            return new Assignment(event, List.of(), failure);
        }
    }

    List<EventHandler> all() {
        return all;
    }
}
