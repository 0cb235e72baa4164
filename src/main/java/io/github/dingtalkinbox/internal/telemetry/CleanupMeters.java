package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what the cleanup removes, and what it refuses to remove. */
final class CleanupMeters implements CleanupListener {
    private final MeterProvider<Counter> removed;
    private final MeterProvider<Counter> refused;
    private final MeterProvider<Counter> runs;

    CleanupMeters(MeterRegistry registry) {
        removed = InboxMeters.counter("cleanup.removed", "Rows that the cleanup removed", registry);
        refused = InboxMeters.counter("cleanup.refused", "What was due, but the cleanup refused to remove", registry);
        runs = InboxMeters.counter("cleanup.runs", "Runs of the cleanup, by how they ended", registry);
        // A counter that is created by the first failure has no rate for it.
        for (Refusal refusal : Refusal.values()) {
            refused.withTags("reason", InboxMeters.word(refusal));
        }
        for (CleanupOutcome outcome : CleanupOutcome.values()) {
            runs.withTags("outcome", InboxMeters.word(outcome));
        }
    }

    @Override
    public void removed(String table, long rows) {
        removed.withTags("table", table).increment((double) rows);
    }

    @Override
    public void refused(Refusal refusal) {
        refused.withTags("reason", InboxMeters.word(refusal)).increment();
    }

    @Override
    public void ended(CleanupOutcome outcome) {
        runs.withTags("outcome", InboxMeters.word(outcome)).increment();
    }
}
