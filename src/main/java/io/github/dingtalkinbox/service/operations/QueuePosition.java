package io.github.dingtalkinbox.service.operations;

import java.time.Instant;

/**
 * A place in the list of queued events, to go on from; also when the event that stood there is gone.
 *
 * @param queuedAt when the event there was queued
 */
public record QueuePosition(Instant queuedAt, String eventId) {}
