package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.operations.PastAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an event.
 *
 * @param kind first, duplicate, queued, processed or action
 * @param what the duplicate, or the action; null: there is nothing more to say
 */
record Moment(Instant at, String kind, @Nullable Object what) {
    /** All that is known of an event, the earliest first. */
    static List<Moment> of(
            EventRow event, @Nullable Instant queuedAt, List<DuplicateRow> duplicates, List<PastAction> actions) {
        List<Moment> moments = new ArrayList<>();
        moments.add(new Moment(event.receivedAt(), "first", null));
        if (queuedAt != null) {
            moments.add(new Moment(queuedAt, "queued", null));
        }
        if (event.processedAt() != null) {
            moments.add(new Moment(event.processedAt(), "processed", null));
        }
        duplicates.forEach(d -> moments.add(new Moment(d.receivedAt(), "duplicate", d)));
        actions.forEach(a -> moments.add(new Moment(a.actedAt(), "action", a)));
        moments.sort(Comparator.comparing(Moment::at));
        return moments;
    }
}
