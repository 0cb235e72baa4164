package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Event;
/** Something that claims to let an event take effect once. Called by many threads. */
interface Contender extends AutoCloseable {
    String name();

    /** Takes a delivery, and returns when it would be answered {@code success}; a failure is one that comes again. */
    void deliver(Event event) throws Exception;

    /** Waits until all that was answered has taken effect; says how many deliveries were answered before theirs did. */
    default long settle() {
        return 0;
    }

    @Override
    void close();
}
