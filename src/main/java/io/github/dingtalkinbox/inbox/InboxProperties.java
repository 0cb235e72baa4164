package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.EventTypeRules;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code inbox.*}.
 *
 * @param mode when events are processed
 * @param deadline by which a delivery is answered; an event that is not processed by then is queued
 * @param handlerTimeout after which a handler is interrupted, and its transaction undone
 * @param maxInFlight deliveries that may be received at once; more are refused
 * @param eventTypes what differs from the defaults for single event types. A list and not a map by type: in a map, the
 *     underscores of {@code bpms_instance_change} would need brackets and quotes
 */
@ConfigurationProperties("inbox")
record InboxProperties(
        @DefaultValue("sync") ProcessingMode mode,
        @DefaultValue("1s") Duration deadline,
        @DefaultValue("30s") Duration handlerTimeout,
        @DefaultValue("256") int maxInFlight,
        @DefaultValue List<EventType> eventTypes) {

    InboxProperties {
        rules(eventTypes); // what cannot be right is refused while the name of the property is known
    }

    /**
     * One event type.
     *
     * @param name DingTalk's {@code EventType}
     * @param naturalKey paths of the fields that make up its natural key, such as {@code openConfModel.conferenceId};
     *     empty: it has none. Not set: the built-in one
     * @param window how long equal content is the same event, if there is no other identity
     */
    record EventType(
            @Nullable String name,
            @Nullable List<String> naturalKey,
            @Nullable Duration window) {}

    ProcessingMode modeOf(String eventType) {
        return mode;
    }

    /** The identity rules, by event type. */
    Map<String, EventTypeRules> rules() {
        return rules(eventTypes);
    }

    private static Map<String, EventTypeRules> rules(List<EventType> eventTypes) {
        Map<String, EventTypeRules> rules = new HashMap<>();
        for (EventType type : eventTypes) {
            String name = type.name();
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException(
                        "inbox.event-types needs a name in every entry, such as user_modify_org");
            }
            if (rules.put(name, new EventTypeRules(type.naturalKey(), type.window())) != null) {
                throw new IllegalArgumentException(
                        "inbox.event-types names " + name + " twice: put its rules into one entry");
            }
        }
        return rules;
    }
}
