package io.github.dingtalkinbox.inbox;

/** When an event is processed. */
enum ProcessingMode {
    /** Before its delivery is answered. */
    SYNC,
    /** After its delivery was stored and answered, by workers. */
    QUEUE
}
