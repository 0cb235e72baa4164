package io.github.dingtalkinbox.service.gateway;

/** How the gateway answers a WebSocket handshake. */
public enum UpgradeAnswer {
    /** As it should: accepted with a good ticket, else refused with 401. */
    RIGHT,
    /** 401, whatever the ticket. */
    REFUSED,
    /** 503 */
    UNAVAILABLE,
    /** Never. */
    NEVER,
    /** Accepted, and at once ended without a close frame. */
    ENDED_AT_ONCE,
    /** Accepted, and at once closed with 1000. */
    CLOSED_AT_ONCE,
    /** Accepted, and dead from the beginning: nothing is read or sent. */
    DEAD
}
