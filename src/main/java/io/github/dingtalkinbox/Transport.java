package io.github.dingtalkinbox;

/** The way by which a delivery arrived. */
public enum Transport {
    /** DingTalk's HTTP push to the callback URL. */
    HTTP,
    /** DingTalk's Stream mode: a frame on a WebSocket. */
    STREAM,
    /** Pulled from DingTalk's list of failed callbacks. */
    POLL
}
