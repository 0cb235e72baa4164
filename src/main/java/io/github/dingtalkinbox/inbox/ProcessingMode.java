package io.github.dingtalkinbox.inbox;

/** When an event is processed. */
enum ProcessingMode {
    /** Before its delivery is answered. */
    SYNC,
    /** After its delivery is answered: the event is stored, the delivery answered, and a worker processes the event. */
    QUEUE
}
