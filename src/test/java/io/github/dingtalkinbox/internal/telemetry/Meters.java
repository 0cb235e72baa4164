package io.github.dingtalkinbox.internal.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What all counters and timers of a registry say. */
final class Meters {
    private static final Set<String> NOT_SHOWN = Set.of("app", "type", "transport");

    private Meters() {}

    /** How often each has moved; named without the prefix, and with the tags that tell what happened. */
    static Map<String, Long> counts(MeterRegistry registry) {
        Map<String, Long> counts = new TreeMap<>();
        registry.getMeters().forEach(meter -> {
            String name = meter.getId().getName().replace("dingtalk.inbox.", "")
                    + shown(meter.getId().getTags());
            if (meter instanceof Counter counter) {
                counts.merge(name, (long) counter.count(), Long::sum);
            } else if (meter instanceof Timer timer) {
                counts.merge(name, timer.count(), Long::sum);
            }
        });
        return counts;
    }

    private static String shown(List<Tag> tags) {
        return tags.stream()
                .filter(t -> !NOT_SHOWN.contains(t.getKey()))
                .map(Tag::getValue)
                .collect(Collectors.joining(",", "/", ""));
    }
}
