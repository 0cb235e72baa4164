package io.github.dingtalkinbox.internal.stream;

import java.time.Duration;

/** Is told what happens on the connections to DingTalk's gateway. Called by many threads, and must be quick. */
public interface StreamListener {
    StreamListener NONE = new StreamListener() {};

    /** A frame has arrived, or what should have been one. */
    default void received(String app, FrameKind kind) {}

    /** A connection, or an attempt to have one, has ended. */
    default void ended(String app, Ending reason) {}

    /**
     * The answer to an event was sent, or could not be.
     *
     * @param time since the last byte of the event had arrived
     */
    default void acknowledged(String app, Acknowledgement answer, Duration time) {}

    /** What a frame is. */
    enum FrameKind {
        EVENT,
        /** A message to a robot or a click on a card: answered, and otherwise ignored. */
        CALLBACK,
        PING,
        /** DingTalk asks to connect anew. */
        DISCONNECT,
        /** Another frame of the gateway's own. */
        SYSTEM,
        /** Of a type that nobody knows: answered 404. */
        UNKNOWN,
        /** Larger than what is accepted. */
        TOO_LARGE,
        /** Not a frame. */
        UNREADABLE
    }

    /** Why a connection ended, or did not come about. */
    enum Ending {
        /** DingTalk asked for it. */
        DISCONNECT,
        /** It was old enough. */
        END_OF_LIFE,
        /** No frame had arrived for the time of the watchdog. */
        SILENT,
        /** DingTalk closed it without asking before. */
        CLOSED,
        /** The network, or what was sent, has failed. */
        FAILED,
        /** DingTalk does not accept the app; somebody has to act. */
        REFUSED,
        /** DingTalk has too much to do or could not be reached, or something else has answered. */
        UNAVAILABLE,
        /** This node stops. */
        STOPPED
    }

    /** How an event was answered. */
    enum Acknowledgement {
        /** It has taken effect, is a duplicate, or stands in the queue. */
        SUCCESS,
        /** It could not be stored, or nobody knows: DingTalk is to deliver it again. */
        LATER,
        /** Its connection had gone: DingTalk delivers it again, and then it is a duplicate. */
        UNSENT
    }
}
