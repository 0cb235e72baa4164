package io.github.dingtalkinbox.internal.store;

/**
 * What a lease is on.
 *
 * @param corpId of the events; an ordering key means something within one organisation only
 * @param orderingKey of the events, or the id of the one that has none
 */
public record LeaseKey(String corpId, String orderingKey) {}
