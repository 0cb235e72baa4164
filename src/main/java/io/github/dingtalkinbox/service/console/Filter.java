package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * What to search for: rows that match everything. Null: any.
 *
 * @param id of the event, with or without the name of the app before it
 * @param approval the processInstanceId
 * @param state of an event, or how a duplicate was recognised
 * @param from recorded at this time or later, by the database's clock
 * @param to recorded before this time
 */
record Filter(
        @Nullable String id,
        @Nullable String approval,
        @Nullable String app,
        @Nullable String corp,
        @Nullable String type,
        @Nullable String state,
        @Nullable Instant from,
        @Nullable Instant to) {
    static final Set<String> STATES = Stream.concat(Stream.of("processed"), Stream.of(QueueState.values()))
            .map(Object::toString)
            .collect(Collectors.toUnmodifiableSet());

    static Filter of(ServerRequest request, Times times) {
        return new Filter(
                text(request, "id"),
                text(request, "approval"),
                text(request, "app"),
                text(request, "corp"),
                text(request, "type"),
                text(request, "state"),
                times.read(text(request, "from")),
                times.read(text(request, "to")));
    }

    /** A parameter; null if it is empty. */
    static @Nullable String text(ServerRequest request, String name) {
        return request.param(name)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElse(null);
    }

    /** Whether it may take long to find enough rows for a page. */
    boolean isSelective() {
        return app != null || corp != null || type != null;
    }
}
