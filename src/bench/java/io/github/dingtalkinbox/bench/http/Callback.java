package io.github.dingtalkinbox.bench.http;

/**
 * An event as DingTalk tells of it.
 *
 * @param eventId DingTalk's own
 * @param finishes whether it ends its approval; else it starts it
 */
public record Callback(String eventId, String processInstanceId, boolean finishes, String json) {}
