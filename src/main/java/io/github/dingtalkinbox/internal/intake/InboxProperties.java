package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.internal.identity.EventTypeRules;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The properties {@code inbox.*}.
 *
 * @param name Name of the application that the inbox in the database belongs to. Without it, that is
 *     spring.application.name, and without that, dingtalk-inbox.
 * @param mode When events are processed: before they are answered (sync), or afterwards by a worker (queue).
 * @param deadline By when a delivery is answered; an event that is not processed by then is queued.
 * @param handlerTimeout How long the handlers of an event may take before they are interrupted and their transaction is
 *     undone.
 * @param maxInFlight Deliveries that may be received at once; more are refused.
 * @param eventTypes What differs from the defaults for single event types. A list and not a map by type: in a map, the
 *     underscores of bpms_instance_change would need brackets and quotes.
 */
@ConfigurationProperties("inbox")
record InboxProperties(
        @Nullable String name,
        @DefaultValue("sync") ProcessingMode mode,
        @DefaultValue("1s") Duration deadline,
        @DefaultValue("30s") Duration handlerTimeout,
        @DefaultValue("256") int maxInFlight,
        @DefaultValue List<EventType> eventTypes) {

    InboxProperties {
        Assert.isTrue(deadline.toMillis() >= 10, "inbox.deadline must be at least 10 ms, but is " + deadline);
        Assert.isTrue(
                handlerTimeout.compareTo(deadline) >= 0,
                "inbox.handler-timeout must not be shorter than inbox.deadline, but is " + handlerTimeout);
        Assert.isTrue(maxInFlight > 0, "inbox.max-in-flight must be at least 1, but is " + maxInFlight);
        rules(eventTypes); // what cannot be right is refused while the name of the property is known
    }

    /**
     * One event type.
     *
     * @param name DingTalk's {@code EventType}
     * @param naturalKey paths of the fields that make up its natural key, such as {@code openConfModel.conferenceId};
     *     empty: it has none. Not set: the built-in one
     * @param window how long equal content is the same event, if there is no other identity
     * @param orderingKey paths of the fields that make up its ordering key, such as {@code processInstanceId}; empty: its
     *     events need no order. Not set: the built-in one
     * @param mode when its events are processed. Not set: as all others
     */
    record EventType(
            @Nullable String name,
            @Nullable List<String> naturalKey,
            @Nullable Duration window,
            @Nullable List<String> orderingKey,
            @Nullable ProcessingMode mode) {}

    /** When the events of the types are processed that say so themselves. */
    Map<String, ProcessingMode> modes() {
        Map<String, ProcessingMode> modes = new HashMap<>();
        for (EventType type : eventTypes) {
            if (type.name() != null && type.mode() != null) {
                modes.put(type.name(), type.mode());
            }
        }
        return modes;
    }

    /** The rules of identity and order, by event type. */
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
            if (rules.put(name, new EventTypeRules(type.naturalKey(), type.window(), type.orderingKey())) != null) {
                throw new IllegalArgumentException(
                        "inbox.event-types names " + name + " twice: put its rules into one entry");
            }
        }
        return rules;
    }
}
