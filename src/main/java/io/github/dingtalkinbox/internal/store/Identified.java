package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows by the two identities of their events. */
final class Identified<T> {
    private final Map<String, T> byEventId = new HashMap<>();
    private final Map<String, T> byNaturalKey = new HashMap<>();

    Identified(Collection<T> rows, Function<T, String> eventId, Function<T, @Nullable String> naturalKey) {
        for (T row : rows) {
            byEventId.put(eventId.apply(row), row);
            String key = naturalKey.apply(row);
            if (key != null) {
                byNaturalKey.put(key, row);
            }
        }
    }

    /** The row of the same event; if its two identities are those of two, the one of its id. */
    @Nullable
    T sameAs(Event event) {
        T row = byEventId.get(event.id());
        String key = event.identity().naturalKey();
        return row == null && key != null ? byNaturalKey.get(key) : row;
    }
}
