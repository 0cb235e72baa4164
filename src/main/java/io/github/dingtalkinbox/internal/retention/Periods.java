package io.github.dingtalkinbox.internal.retention;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How long rows are kept, by event type.
 *
 * @param property its name, for messages
 * @param others that of all types that are not named
 */
record Periods(String property, Duration others, Map<String, Duration> byType) {
    static Periods ofEvents(RetentionProperties properties, @Nullable Duration instead) {
        Map<String, Duration> byType = new TreeMap<>();
        properties.eventTypes().forEach(type -> put(byType, type.name(), type.events()));
        return new Periods("events", instead == null ? properties.events() : instead, byType);
    }

    static Periods ofDuplicates(RetentionProperties properties, @Nullable Duration instead) {
        Map<String, Duration> byType = new TreeMap<>();
        properties.eventTypes().forEach(type -> put(byType, type.name(), type.duplicates()));
        return new Periods("duplicates", instead == null ? properties.duplicates() : instead, byType);
    }

    private static void put(Map<String, Duration> byType, @Nullable String name, @Nullable Duration period) {
        if (name != null && period != null) {
            byType.put(name, period);
        }
    }

    Duration of(String eventType) {
        return byType.getOrDefault(eventType, others);
    }

    /** The property that a type's period comes from. */
    String propertyOf(String eventType) {
        return byType.containsKey(eventType)
                ? "inbox.retention.event-types[]." + property + " of " + eventType
                : "inbox.retention." + property;
    }

    Duration shortest() {
        List<Duration> all = new ArrayList<>(byType.values());
        all.add(others);
        return all.stream().min(Duration::compareTo).orElse(others);
    }

    String[] types() {
        return byType.keySet().toArray(String[]::new);
    }

    Long[] seconds() {
        return byType.values().stream().map(Duration::toSeconds).toArray(Long[]::new);
    }
}
