package io.github.dingtalkinbox.service.gateway;

/** What a {@link PlayedGateway} counts. */
public enum GatewayCount {
    OPEN_CALLS,
    /** Open calls that got no ticket. */
    OPEN_CALLS_REFUSED,
    /** WebSocket handshakes that were accepted. */
    CONNECTIONS,
    /** WebSocket handshakes that were refused. */
    CONNECTIONS_REFUSED,
    /** EVENT frames sent, with those that were sent again. */
    EVENTS,
    /** Frames sent again because they were not answered {@code SUCCESS}. */
    REDELIVERIES,
    /** SYSTEM pings sent. */
    PINGS,
    PINGS_ANSWERED,
    /** Events answered {@code SUCCESS}. */
    SUCCESS,
    /** Events answered {@code LATER}. */
    LATER,
    /** What the client did wrong, see {@link PlayedGateway#faults}. */
    FAULTS
}
