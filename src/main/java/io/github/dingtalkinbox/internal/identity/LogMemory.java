package io.github.dingtalkinbox.internal.identity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the log remembers an event, so that another delivery of it is a duplicate.
 *
 * @param shortest of all event types; null: for ever, because nothing is removed
 */
public record LogMemory(@Nullable Duration shortest) {}
