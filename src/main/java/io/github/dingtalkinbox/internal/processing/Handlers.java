package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import java.util.ArrayList;
import java.util.List;
import org.springframework.aop.framework.AopProxyUtils;

/** All the handlers, in their order. Safe for use by many threads. */
public final class Handlers {
    private final List<EventHandler> all;
    private final List<EventHandler> asked;

    public Handlers(List<EventHandler> all) {
        this.all = List.copyOf(all);
        this.asked = all.stream().map(Handlers::behindProxy).toList();
    }

    /** A class that is @Transactional would take a connection to be asked, for every delivery and outside of its transaction. */
    private static EventHandler behindProxy(EventHandler handler) {
        return AopProxyUtils.getSingletonTarget(handler) instanceof EventHandler target ? target : handler;
    }

    /** Asks every handler whether it wants these events. Never throws: a handler that does fails later, when it is to run. */
    public List<Assignment> assign(List<Event> events) {
        return events.stream().map(this::assign).toList();
    }

    private Assignment assign(Event event) {
        List<EventHandler> wanting = new ArrayList<>(all.size());
        try {
            for (int n = 0; n < asked.size(); n++) {
                if (asked.get(n).handles(event)) {
                    wanting.add(all.get(n));
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
