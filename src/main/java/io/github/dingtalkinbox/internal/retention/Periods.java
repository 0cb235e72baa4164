package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.RetentionProperties.TypePeriods;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long rows are kept, by event type.
 *
 * @param property its last word, for messages
 * @param others the period of all types that are not named
 */
record Periods(String property, Duration others, Map<String, Duration> byType) {
    static Periods ofEvents(RetentionProperties properties, @Nullable Duration instead) {
        return of("events", instead == null ? properties.events() : instead, properties, TypePeriods::events);
    }

    static Periods ofDuplicates(RetentionProperties properties, @Nullable Duration instead) {
        Duration others = instead == null ? properties.duplicates() : instead;
        return of("duplicates", others, properties, TypePeriods::duplicates);
    }

    private static Periods of(
            String property,
            Duration others,
            RetentionProperties properties,
            Function<TypePeriods, @Nullable Duration> ofType) {
        Map<String, Duration> byType = new TreeMap<>();
        for (TypePeriods type : properties.eventTypes()) {
            Duration period = ofType.apply(type);
            if (type.name() != null && period != null) {
                byType.put(type.name(), period);
            }
        }
        return new Periods(property, others, byType);
    }

    Duration of(String eventType) {
        return byType.getOrDefault(eventType, others);
    }

    /** The property that sets the period of a type. */
    String propertyOf(String eventType) {
        return byType.containsKey(eventType)
                ? "inbox.retention.event-types[]." + property + " of " + eventType
                : "inbox.retention." + property;
    }

    Duration shortest() {
        return Stream.concat(byType.values().stream(), Stream.of(others))
                .min(Duration::compareTo)
                .orElse(others);
    }

    Duration longest() {
        return Stream.concat(byType.values().stream(), Stream.of(others))
                .max(Duration::compareTo)
                .orElse(others);
    }

    String[] types() {
        return byType.keySet().toArray(String[]::new);
    }

    Long[] seconds() {
        return byType.values().stream().map(Duration::toSeconds).toArray(Long[]::new);
    }
}
