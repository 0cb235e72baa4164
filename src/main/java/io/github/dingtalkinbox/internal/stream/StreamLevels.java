package io.github.dingtalkinbox.internal.stream;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the connections of this node to DingTalk's gateway are. Safe for use by many threads. */
public interface StreamLevels {
    /** All that there should be, by app and number. */
    List<StreamConnection> connections();

    /** Those that should not be as they are. */
    default List<StreamConnection> failing() {
        return connections().stream().filter(StreamConnection::isFailing).toList();
    }

    /**
     * One of them. When DingTalk ends a connection, the next one takes its place under the same number.
     *
     * @param app its name in the configuration
     * @param number from 1
     * @param since when it is in this state; if it is connected, when this connection was opened
     * @param lastFrameAt when anything was last received on it or on the one before it; null: never
     * @param problem why it is not connected, in one line; null: nothing is wrong
     * @param isFailing whether nothing has been received for the time of the watchdog, or DingTalk does not accept the app
     */
    record StreamConnection(
            String app,
            int number,
            ConnectionState state,
            Instant since,
            @Nullable Instant lastFrameAt,
            @Nullable String problem,
            boolean isFailing) {}

    /** Of a connection. */
    enum ConnectionState {
        /** It is being opened, or waits before the next attempt. */
        CONNECTING,
        CONNECTED,
        /** DingTalk does not accept the app: it is tried again once in some minutes. */
        REFUSED,
        STOPPED
    }
}
