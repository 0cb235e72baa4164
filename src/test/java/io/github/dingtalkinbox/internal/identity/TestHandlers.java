package io.github.dingtalkinbox.internal.identity;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;

/** Handlers for the tests of other features. */
public final class TestHandlers {
    private TestHandlers() {}

    /** A handler that wants every event. */
    public static EventHandler everyEvent(Action action) {
        return new EventHandler() {
            @Override
            public boolean handles(Event event) {
                return true;
            }

            @Override
            public void handle(Event event) throws Exception {
                action.run(event);
            }
        };
    }

    /** What a handler does. */
    public interface Action {
        void run(Event event) throws Exception;
    }
}
