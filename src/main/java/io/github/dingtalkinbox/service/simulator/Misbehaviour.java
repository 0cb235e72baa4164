package io.github.dingtalkinbox.service.simulator;

import java.util.Locale;

/** What the gateway does now and then in a simulation. A good client still gets and acknowledges every event. */
public enum Misbehaviour {
    /** A connection asks to connect anew, is silent, and ends. */
    DISCONNECT,
    /** A connection asks to connect anew, and still brings events until it ends. */
    OLD_CONNECTION,
    /** A connection is closed with a close frame. */
    CLOSE,
    /** A connection ends without a close frame. */
    DROP,
    /** A connection ends by a reset. */
    RESET,
    /** A connection neither reads nor sends; the gateway notices after 10 s, and the client is not told. */
    HALF_DEAD,
    /** A connection sends nothing more; the gateway notices after 10 s, and the client is not told. */
    MUTE,
    /** A connection reads nothing more; the gateway notices after 10 s, and the client is not told. */
    DEAF,
    /** A connection ends, and the next open calls are answered 503. */
    UNAVAILABLE,
    /** A connection ends, and the next tickets are not accepted. */
    REFUSE_TICKETS,
    /** A connection ends, and the next two open calls are answered 401, as after a rotation of the secret. */
    ROTATE_SECRET,
    /** A frame comes in WebSocket fragments of one byte. */
    FRAGMENTS,
    /** A frame comes in fragments with pings between them. */
    PINGS,
    /** A frame comes in TCP segments of one byte. */
    SEGMENTS,
    /** A frame comes twice with the same messageId. */
    SAME_MESSAGE_ID,
    /** A frame has 300 KiB. */
    LARGE,
    /** A frame comes with a ping in one TCP segment. */
    TOGETHER;

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is about a frame, not a connection. */
    boolean isOfFrames() {
        return compareTo(FRAGMENTS) >= 0;
    }

    /** Whether it takes a client some time to have another connection: there has to be one besides. */
    boolean takesLong() {
        return compareTo(HALF_DEAD) >= 0;
    }
}
