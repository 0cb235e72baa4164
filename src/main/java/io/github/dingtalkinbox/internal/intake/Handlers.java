package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.util.ClassUtils;

/** All the handlers, in their order. Safe for use by many threads. */
final class Handlers {
    private final List<EventHandler> all;

    Handlers(List<EventHandler> all) {
        this.all = List.copyOf(all);
    }

    /** Runs every handler that wants an event, with the same effects as if the events had come one by one. */
    void run(List<Event> events) throws Exception {
        if (events.size() > 1 && all.stream().allMatch(h -> h instanceof BatchEventHandler || wantsNone(h, events))) {
            for (EventHandler handler : all) {
                runTogether(handler, events.stream().filter(handler::handles).toList());
            }
            return;
        }
        for (Event event : events) {
            runAlone(event);
        }
    }

    private static void runTogether(EventHandler handler, List<Event> wanted) throws Exception {
        if (wanted.isEmpty()) {
            return;
        }
        EventContext before = EventContext.enter(wanted);
        try {
            ((BatchEventHandler) handler).handleAll(wanted);
        } finally {
            before.restore();
        }
    }

    private void runAlone(Event event) throws Exception {
        EventContext before = EventContext.enter(List.of(event));
        try {
            for (EventHandler handler : all) {
                if (handler.handles(event)) {
                    handler.handle(event);
                }
            }
        } finally {
            before.restore();
        }
    }

    /** The lane of events that were delivered together: it is shared if all who want them take many events at once. */
    Lane lane(List<Event> events) {
        Set<String> types = new TreeSet<>();
        boolean isShared = true;
        for (Event event : events) {
            for (EventHandler handler : all) {
                if (mayWant(handler, event)) {
                    types.add(event.type());
                    isShared &= handler instanceof BatchEventHandler;
                }
            }
        }
        return new Lane.Processing(types, isShared);
    }

    private static boolean mayWant(EventHandler handler, Event event) {
        try {
            return handler.handles(event);
        } catch (Throwable failure) {
            return true; // it will fail once more, in the transaction, where that has its consequences
        }
    }

    /** The names of the handlers that want an event, in their order. */
    List<String> namesFor(Event event) {
        return all.stream()
                .filter(handler -> handler.handles(event))
                .map(handler -> ClassUtils.getUserClass(handler).getSimpleName())
                .toList();
    }

    private static boolean wantsNone(EventHandler handler, List<Event> events) {
        return events.stream().noneMatch(handler::handles);
    }
}
