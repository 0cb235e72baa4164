package io.github.dingtalkinbox.internal.seal;

import java.io.IOException;

/** A place outside the database that keeps heads. Its name for a log has no secrets. */
interface HeadPlace {
    /**
     * Puts a head there, within seconds.
     *
     * @throws IOException if it may not be there
     */
    void put(SealedHead head) throws IOException, InterruptedException;
}
