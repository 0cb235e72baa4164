package io.github.dingtalkinbox.internal.intake;

/** When an event is processed. */
public enum ProcessingMode {
    /** Before its delivery is answered. */
    SYNC,
    /** After its delivery is answered: the event is stored, the delivery answered, and a worker processes the event. */
    QUEUE
}
