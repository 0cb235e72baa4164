package io.github.dingtalkinbox.service.gateway;

/** How the gateway answers an open call. */
public enum OpenAnswer {
    /** As it should: with a ticket if the call is right, else with 400 or 401. */
    RIGHT,
    /** 401, as for a wrong secret. */
    AUTH_FAILED,
    /** 400, as for an app that is not published. */
    BAD_REQUEST,
    /** 429 */
    THROTTLED,
    /** 503 */
    UNAVAILABLE,
    /** 200 with XML instead of JSON. */
    XML,
    /** 400 with an HTML page, as for http at a port of https. */
    HTML,
    /** Never. */
    NEVER,
    /** With a ticket, but a byte every 100 ms. */
    DRIPPING,
    /** With a ticket that the gateway itself does not accept. */
    WORTHLESS_TICKET
}
