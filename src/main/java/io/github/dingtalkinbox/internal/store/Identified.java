package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** First deliveries by the two identities of their events. */
final class Identified {
    private final Map<String, FirstDelivery> byEventId = new HashMap<>();
    private final Map<String, FirstDelivery> byNaturalKey = new HashMap<>();

    Identified(Collection<FirstDelivery> rows) {
        for (FirstDelivery row : rows) {
            byEventId.put(row.eventId(), row);
            String key = row.naturalKey();
            if (key != null) {
                byNaturalKey.put(key, row);
            }
        }
    }

    /** The one of the same event; if its two identities are those of two, the one of its id. */
    @Nullable
    FirstDelivery sameAs(Event event) {
        FirstDelivery row = byEventId.get(event.id());
        String key = event.identity().naturalKey();
        return row == null && key != null ? byNaturalKey.get(key) : row;
    }
}
