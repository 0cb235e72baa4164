package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.service.operations.PastAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an event.
 *
 * @param kind first, duplicate, queued, processed or action
 * @param what the duplicate, or the action; null: no details
 */
record TimelineEntry(Instant at, String kind, @Nullable Object what) {
    /** The history of an event, the earliest entry first. */
    static List<TimelineEntry> of(
            EventRow event, @Nullable Instant queuedAt, List<DuplicateRow> duplicates, List<PastAction> actions) {
        List<TimelineEntry> moments = new ArrayList<>();
        moments.add(new TimelineEntry(event.receivedAt(), "first", null));
        if (queuedAt != null) {
            moments.add(new TimelineEntry(queuedAt, "queued", null));
        }
        if (event.processedAt() != null) {
            moments.add(new TimelineEntry(event.processedAt(), "processed", null));
        }
        duplicates.forEach(d -> moments.add(new TimelineEntry(d.receivedAt(), "duplicate", d)));
        actions.forEach(a -> moments.add(new TimelineEntry(a.actedAt(), "action", a)));
        moments.sort(Comparator.comparing(TimelineEntry::at));
        return moments;
    }
}
