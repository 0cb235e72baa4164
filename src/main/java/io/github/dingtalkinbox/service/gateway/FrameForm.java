package io.github.dingtalkinbox.service.gateway;

/** How a text frame is written. */
public enum FrameForm {
    WHOLE,
    /** A WebSocket fragment for each byte. */
    FRAGMENTS_OF_ONE_BYTE,
    /** Four WebSocket fragments, a ping after each but the last. */
    PINGS_BETWEEN_FRAGMENTS,
    /** One WebSocket frame, whose bytes are sent one by one. */
    SEGMENTS_OF_ONE_BYTE,
    /** One WebSocket frame, with 300 KiB of blanks in its JSON. */
    PADDED
}
