package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.store.QueueState;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.operations.QueueSelection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The queued events that a command selects. */
final class SelectionOptions {
    @Parameters(
            paramLabel = "<event id>",
            arity = "0..*",
            description = "Only these events, as \"queue list\" shows them.")
    private final List<String> eventIds = new ArrayList<>();

    @Option(names = "--type", paramLabel = "<event type>", description = "Only events of this type.")
    private @Nullable String type;

    @Option(
            names = "--from",
            paramLabel = "<time>",
            description =
                    "Only events that were queued at this time or later (queued_at, by the database's clock):"
                            + " 2026-11-24T03:00:00Z, 2026-11-24T03:00 or 2026-11-24, in this machine's time zone if none is named.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "<time>", description = "Only events that were queued before this time.")
    private @Nullable String to;

    @Option(
            names = "--state",
            paramLabel = "<state>",
            split = ",",
            description = "Only events in these states: pending, retrying, dead, discarded.")
    private final Set<String> states = new LinkedHashSet<>();

    boolean hasIds() {
        return !eventIds.isEmpty();
    }

    List<String> eventIds() {
        return eventIds;
    }

    boolean hasFilters() {
        return type != null || from != null || to != null || !states.isEmpty();
    }

    QueueSelection selection() {
        return selection(states());
    }

    /**
     * For a change: dead events, unless other states are named.
     *
     * @throws UsageException if nothing is selected
     */
    QueueSelection selectionToChange() {
        if (!hasIds() && !hasFilters()) {
            throw new UsageException(
                    "Select events by their ids, --type, --from, --to or --state. All dead ones:" + " --state dead.");
        }
        return selection(states.isEmpty() && !hasIds() ? Set.of(QueueState.DEAD) : states());
    }

    private Set<QueueState> states() {
        try {
            return states.stream().map(QueueState::of).collect(Collectors.toSet());
        } catch (IllegalArgumentException e) {
            throw new UsageException("There is no state \"" + String.join(",", states) + "\": the states are "
                    + Stream.of(QueueState.values())
                            .map(QueueState::toString)
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + ".");
        }
    }

    private QueueSelection selection(Set<QueueState> inStates) {
        return new QueueSelection(
                eventIds,
                type,
                from == null ? null : PointInTime.read("--from", from),
                to == null ? null : PointInTime.read("--to", to),
                inStates);
    }
}
