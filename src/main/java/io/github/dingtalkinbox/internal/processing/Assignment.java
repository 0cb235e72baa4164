package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * An event and the handlers that want it, each of which was asked once.
 *
 * @param handlers in their order
 * @param failure what the first handler threw that could not say whether it wants the event. It counts when the handlers
 *     are to run, in the transaction, where that has its consequences
 */
public record Assignment(
        Event event, List<EventHandler> handlers, @Nullable Throwable failure) {
    public Assignment {
        handlers = List.copyOf(handlers);
    }

    /** Whether any handler is to run. */
    public boolean isWanted() {
        return failure != null || !handlers.isEmpty();
    }

    /** Whether the event may be handled together with others. */
    public boolean isShared() {
        return failure == null && handlers.stream().allMatch(BatchEventHandler.class::isInstance);
    }

    boolean isFor(EventHandler handler) {
        return handlers.stream().anyMatch(h -> h == handler);
    }

    /** The names of the handlers. */
    List<String> names() {
        return handlers.stream()
                .map(handler -> ClassUtils.getUserClass(handler).getSimpleName())
                .toList();
    }
}
