package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.internal.store.EventStore.ProcessedEvent;
import java.util.List;

/**
 * An event that had been processed and whose handlers have run once more.
 *
 * @param handlers their names; empty if none wants the event
 */
public record Repeated(ProcessedEvent processed, List<String> handlers) {}
