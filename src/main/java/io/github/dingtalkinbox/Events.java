package io.github.dingtalkinbox;

import java.util.List;

/**
 * Makes events of JSON: the bean for an entrance of your own, and for tests of handlers. What it makes is what the callback
 * URL would make of it, with the same identity and the same order, by the rules of {@code inbox.event-types}. Safe for use
 * by many threads.
 */
public interface Events {
    /**
     * Reads a decrypted callback: an object with a non-empty string {@code EventType}. Where it has no {@code eventId}, its
     * business fields or its content say which event it is.
     *
     * @param app part of the identity: the name that the app has in {@code inbox.apps}, if the same events come to its
     *     callback URL too; it need not be there
     * @param json in UTF-8
     * @param delivery how it came
     * @return one event, or as many as a {@code SYNC_HTTP_PUSH_*} has elements: for one call of {@link Receiver#receive}
     * @throws NotAnEvent if it is no such object
     */
    List<Event> read(String app, byte[] json, Delivery delivery);
}
