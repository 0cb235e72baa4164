package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.time.Instant;

/**
 * An event that has taken effect.
 *
 * @param event as its first delivery brought it, without a source address and an ordering key, which are not kept
 * @param processedAt when that was, by the database's clock
 */
public record ProcessedEvent(Event event, Instant processedAt) {}
