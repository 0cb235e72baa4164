package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.Event;
import java.time.Instant;
import java.util.List;

/**
 * Everything that is known of a processed event.
 *
 * @param event without what is not kept: the source address, the ordering key
 * @param processedAt by the database's clock
 * @param actions what operators did with it
 */
public record ProcessedDetails(Event event, Instant processedAt, List<PastAction> actions) {}
