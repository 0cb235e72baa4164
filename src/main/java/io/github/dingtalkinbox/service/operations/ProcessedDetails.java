package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.Event;
import java.time.Instant;
import java.util.List;

/**
 * All that is known of an event that is not queued, because it has been processed.
 *
 * @param event without what is not kept of it: the source address, the ordering key
 * @param processedAt when that was, by the database's clock
 * @param actions what operators have done with it
 */
public record ProcessedDetails(Event event, Instant processedAt, List<PastAction> actions) {}
