package io.github.dingtalkinbox.service.operations;

import java.time.Instant;

/**
 * A position in the list of queued events. It stays valid when the event there is gone.
 *
 * @param queuedAt when the event there was queued
 */
public record QueuePosition(Instant queuedAt, String eventId) {}
