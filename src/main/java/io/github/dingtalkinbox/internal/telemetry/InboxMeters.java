package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Overloaded;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.convert.DurationStyle;

/**
 * Counts and times deliveries and events. The number of tag values is limited by the number of apps and event types.
 */
final class InboxMeters implements Observer {
    /** Around the default deadline (1 s) and DingTalk's timeout (2.5 s). */
    private static final Duration[] HANDLER_BUCKETS =
            buckets("5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s", "30s");

    /**
     * From twins that arrive at once to the default retention, each about three times the one before. DingTalk delivers
     * again 10 s after an answer that was not {@code success}, and 30 s after that: these have buckets of their own.
     */
    private static final Duration[] GAP_BUCKETS = buckets(
            "1ms", "3ms", "10ms", "30ms", "100ms", "300ms", "1s", "3s", "10s", "30s", "1m", "3m", "10m", "30m", "1h",
            "3h", "12h", "1d", "3d", "10d", "30d");

    private static final String SEVERAL = "several";

    private final MeterProvider<Counter> deliveries;
    private final MeterProvider<Counter> processed;
    private final MeterProvider<Counter> retries;
    private final MeterProvider<Counter> dead;
    private final MeterProvider<Timer> twinGap;
    private final MeterProvider<Timer> handler;

    InboxMeters(MeterRegistry registry) {
        deliveries = counter("deliveries", "Deliveries of events, by outcome", registry);
        processed = counter("processed", "Events that have taken effect", registry);
        retries = counter("retries", "Failed attempts that will be repeated", registry);
        dead = counter("dead", "Events that are no longer retried, and wait for an operator", registry);
        twinGap = Timer.builder(name("twin.gap"))
                .description("Time between a duplicate and the first delivery of its event")
                .serviceLevelObjectives(GAP_BUCKETS)
                .withRegistry(registry);
        handler = Timer.builder(name("handler"))
                .description("Time that the handlers of an event take, all together")
                .serviceLevelObjectives(HANDLER_BUCKETS)
                .withRegistry(registry);
    }

    @Override
    public void answered(Event delivered, Outcome outcome) {
        deliveries.withTags(entrance(delivered).and("outcome", outcome.word())).increment();
    }

    @Override
    public void refused(Event delivered, Throwable failure) {
        String outcome = failure instanceof Overloaded ? "refused" : "failed";
        deliveries.withTags(entrance(delivered).and("outcome", outcome)).increment();
    }

    @Override
    public void handled(List<Event> events, Duration time, HandlerResult result) {
        handler.withTags("type", type(events), "result", word(result)).record(time);
    }

    @Override
    public void processed(Event event, boolean isFromQueue, Duration handlingTime) {
        processed
                .withTags(entrance(event).and("path", isFromQueue ? "queue" : "direct"))
                .increment();
    }

    @Override
    public void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {
        twinGap.withTags("app", delivered.app(), "type", delivered.type(), "matched.by", word(matchedBy))
                .record(sinceFirst.abs());
    }

    @Override
    public void retrying(Event event) {
        retries.withTags(entrance(event)).increment();
    }

    @Override
    public void died(Event event) {
        dead.withTags(entrance(event)).increment();
    }

    static MeterProvider<Counter> counter(String name, String description, MeterRegistry registry) {
        return Counter.builder(name(name)).description(description).withRegistry(registry);
    }

    static String name(String name) {
        return "dingtalk.inbox." + name;
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Tags entrance(Event event) {
        return Tags.of(
                "app",
                event.app(),
                "type",
                event.type(),
                "transport",
                word(event.delivery().transport()));
    }

    private static String type(List<Event> events) {
        Set<String> types = new HashSet<>();
        events.forEach(event -> types.add(event.type()));
        return types.size() == 1 ? types.iterator().next() : SEVERAL;
    }

    static Duration[] buckets(String... bounds) {
        return Stream.of(bounds).map(DurationStyle.SIMPLE::parse).toArray(Duration[]::new);
    }
}
