package io.github.dingtalkinbox.internal.transaction;

import io.github.dingtalkinbox.Event;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Which event a thread is at, for whatever is logged meanwhile: {@code dingtalk.app} and {@code dingtalk.event_id} in SLF4J's
 * MDC. Of several events at once it names what they have in common, because the id of one would be wrong for the others.
 *
 * <p>Code that enters a context restores the one before, on the same thread, before the result is passed on: the thread
 * may go on with other events then.
 */
public final class EventContext {
    public static final String APP = "dingtalk.app";
    public static final String EVENT_ID = "dingtalk.event_id";

    private final @Nullable String app;
    private final @Nullable String eventId;

    private EventContext(@Nullable String app, @Nullable String eventId) {
        this.app = app;
        this.eventId = eventId;
    }

    /** What this thread is at. */
    public static EventContext current() {
        return new EventContext(MDC.get(APP), MDC.get(EVENT_ID));
    }

    /**
     * This thread is at these events from now on.
     *
     * @return what it was at before
     */
    public static EventContext enter(List<Event> events) {
        EventContext before = current();
        set(APP, before.app, app(events));
        set(EVENT_ID, before.eventId, events.size() == 1 ? events.get(0).id() : null);
        return before;
    }

    /** This thread is at what it was when this was the current context. */
    public void restore() {
        set(APP, MDC.get(APP), app);
        set(EVENT_ID, MDC.get(EVENT_ID), eventId);
    }

    private static @Nullable String app(List<Event> events) {
        String app = events.isEmpty() ? null : events.get(0).app();
        return events.stream().allMatch(event -> event.app().equals(app)) ? app : null;
    }

    private static void set(String name, @Nullable String before, @Nullable String value) {
        if (value == null) {
            MDC.remove(name);
        } else if (!Objects.equals(before, value)) {
            MDC.put(name, value);
        }
    }
}
