package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.internal.transaction.EventContext;
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

    /**
     * Runs the handlers that want each event, with the same effects as if the events had come one by one.
     *
     * @param isNamed whether what is logged on this thread names the only event
     */
    void run(List<Assignment> assignments, boolean isNamed) throws Exception {
        for (Assignment assignment : assignments) {
            assignment.requireAnswers();
        }
        if (assignments.size() > 1 && assignments.stream().allMatch(Assignment::isShared)) {
            for (EventHandler handler : all) {
                runTogether(
                        handler,
                        assignments.stream()
                                .filter(a -> a.isFor(handler))
                                .map(Assignment::event)
                                .toList());
            }
            return;
        }
        for (Assignment assignment : assignments) {
            if (isNamed) {
                runAlone(assignment);
            } else {
                runNamed(assignment);
            }
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

    private static void runNamed(Assignment assignment) throws Exception {
        EventContext before = EventContext.enter(List.of(assignment.event()));
        try {
            runAlone(assignment);
        } finally {
            before.restore();
        }
    }

    private static void runAlone(Assignment assignment) throws Exception {
        for (EventHandler handler : assignment.handlers()) {
            handler.handle(assignment.event());
        }
    }
}
