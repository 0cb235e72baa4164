package io.github.dingtalkinbox;

import java.util.List;

/**
 * Creates events from JSON: the bean for an entrance of your own, and for tests of handlers. The events have the same
 * identity and order as those of the callback URL, including the rules of {@code inbox.event-types}. Safe for use by
 * many threads.
 */
public interface Events {
    /**
     * Reads a decrypted callback: an object with a non-empty string {@code EventType}. If it has no {@code eventId},
     * its business fields or its content identify the event.
     *
     * @param app part of the identity: the app's name in {@code inbox.apps} if the same events also come to its
     *     callback URL; otherwise any name
     * @param json in UTF-8
     * @param delivery how it arrived
     * @return one event, or one for each element of a {@code SYNC_HTTP_PUSH_*}: pass all of them to one call of {@link
     *     Receiver#receive}
     * @throws NotAnEvent if it is not such an object
     */
    List<Event> read(String app, byte[] json, Delivery delivery);
}
