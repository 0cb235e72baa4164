package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome.Duplicate;
import java.time.Duration;

/**
 * A delivery that was a duplicate.
 *
 * @param sinceFirst from the arrival of the first delivery to the arrival of this one
 */
public record DuplicateDelivery(Event event, Duplicate duplicate, Duration sinceFirst) {}
