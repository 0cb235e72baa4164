package io.github.dingtalkinbox.internal.webhook;

/**
 * A callback to be sent: a POST of JSON. It may be sent any number of times.
 *
 * @param target path within the application, and query
 */
public record OwnCallback(String target, String body) {}
