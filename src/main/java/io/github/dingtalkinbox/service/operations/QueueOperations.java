package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.store.OrderingLeases;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.github.dingtalkinbox.internal.store.QueuedEvents;
import io.github.dingtalkinbox.internal.text.Message;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Result;
import io.github.dingtalkinbox.service.operations.QueuedEventList.FoundEvent;
import io.github.dingtalkinbox.service.operations.QueuedEventList.NeighbourRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What operators see of the queue, and do with it. Each change of an event is one transaction, under the lease of its
 * ordering key as in a worker, and adds a row to {@code operator_actions}. It needs no handlers.
 *
 * <p>Call it outside of any transaction.
 */
public final class QueueOperations {
    /** For the few statements of a change. Visible only if the transaction hangs. */
    private static final Duration LEASE_LENGTH = Duration.ofMinutes(1);

    private static final int PAGE = 500;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private static final Duration LONGEST_WAIT_FOR_A_TWIN = Duration.ofSeconds(1);

    private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(30);

    private final QueuedEventList list;
    private final QueuedEvents queuedEvents;
    private final OrderingLeases leases;
    private final OperatorLeases operatorLeases;
    private final OperatorActions actions;
    private final EventStore store;
    private final TransactionTemplate transactions;
    private final TransactionTemplate savepoint;

    /** @param transactionManager that of the data source; it must support savepoints */
    public QueueOperations(DataSource dataSource, PlatformTransactionManager transactionManager) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.list = new QueuedEventList(jdbc);
        this.queuedEvents = new QueuedEvents(jdbc);
        this.leases = new OrderingLeases(jdbc);
        this.operatorLeases = new OperatorLeases(jdbc);
        this.actions = new OperatorActions(jdbc);
        this.store = new EventStore(dataSource, LONGEST_WAIT_FOR_A_TWIN, LONGEST_TRANSACTION);
        this.transactions = new TransactionTemplate(transactionManager);
        this.savepoint = new TransactionTemplate(transactionManager);
        savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    /**
     * A page of the selected events, the earliest queued first.
     *
     * @param limit of events
     * @param after where the last page ended; null: from the beginning
     */
    public List<QueuedEntry> list(QueueSelection selection, int limit, @Nullable QueuePosition after) {
        return list.list(selection, limit, after);
    }

    /**
     * Takes the selected events one by one, the earliest queued first. If only ids are given, all of them are taken,
     * queued or not, so that each gets its result.
     */
    public void each(QueueSelection selection, Consumer<String> action) {
        if (selection.isOnlyIds()) {
            selection.eventIds().forEach(action);
            return;
        }
        QueuePosition position = null;
        List<QueuedEntry> page;
        do {
            page = list.list(selection, PAGE, position);
            for (QueuedEntry entry : page) {
                action.accept(entry.eventId());
                position = entry.position();
            }
        } while (page.size() == PAGE);
    }

    /** Everything that is known of a queued event; empty if it is not in the queue. */
    public Optional<QueuedDetails> find(String eventId) {
        return list.find(eventId).map(found -> {
            List<NeighbourRow> neighbours = list.neighbours(eventId, QueuedDetails.MOST_NEIGHBOURS);
            return new QueuedDetails(
                    found.entry(),
                    found.event(),
                    found.orderingKey(),
                    found.isLateCopy(),
                    operatorLeases.find(found.leaseKey()).orElse(null),
                    part(neighbours, true),
                    part(neighbours, false),
                    actions.find(eventId));
        });
    }

    private static List<QueuedDetails.Neighbour> part(List<NeighbourRow> neighbours, boolean before) {
        return neighbours.stream()
                .filter(n -> n.isBefore() == before)
                .map(n -> new QueuedDetails.Neighbour(n.eventId(), n.state()))
                .toList();
    }

    /** Everything that is known of a processed event; empty if there is no such event. */
    public Optional<ProcessedDetails> findProcessed(String eventId) {
        return store.find(eventId).map(p -> new ProcessedDetails(p.event(), p.processedAt(), actions.find(eventId)));
    }

    /**
     * Lets workers try a queued event again, from its first attempt, whatever its state: also a dead one, with those
     * that wait behind it, and a discarded one.
     *
     * @param states the event must be in one of these; empty: in any
     */
    public OperatorOutcome replay(String eventId, Set<QueueState> states, Instruction instruction) {
        return change(eventId, states, instruction, found -> {
            list.replay(eventId);
            actions.insert(OperatorActions.REPLAY, found.entry(), instruction);
            return list.neighbours(eventId, 1).stream()
                    .filter(NeighbourRow::isBefore)
                    .findFirst()
                    .map(first -> done(
                            "settlement.replayed-behind",
                            instruction,
                            found.entry(),
                            first.eventId(),
                            inState(first.state())))
                    .orElseGet(() -> done("settlement.replayed", instruction, found.entry()));
        });
    }

    /**
     * Gives up a queued event: it is not tried any more, and the events behind it continue. It stays known, so that a
     * later delivery is a duplicate. If it turns out to be processed, its copy in the queue is deleted instead.
     *
     * @param states the event must be in one of these; empty: in any
     */
    public OperatorOutcome discard(String eventId, Set<QueueState> states, Instruction instruction) {
        return change(eventId, states, instruction, found -> {
            if (found.entry().state() == QueueState.DISCARDED) {
                return OperatorOutcome.refused("settlement.discarded-before");
            }
            // A late delivery, or a worker whose lease has expired, may still be processing it: neither holds the
            // lease,
            // and neither would notice that the event was discarded.
            if (store.isProcessed(found.event(), savepoint)) {
                queuedEvents.delete(eventId);
                actions.insert(OperatorActions.DROP, found.entry(), instruction);
                return done("settlement.dropped", instruction, found.entry());
            }
            list.discard(eventId);
            actions.insert(OperatorActions.DISCARD, found.entry(), instruction);
            return done("settlement.discarded", instruction, found.entry());
        });
    }

    private OperatorOutcome change(String eventId, Set<QueueState> states, Instruction instruction, Change change) {
        try {
            return transactions.execute(status -> {
                OperatorOutcome settlement = underLease(eventId, states, instruction, change);
                if (settlement.result() != Result.DONE || instruction.isDryRun()) {
                    status.setRollbackOnly();
                }
                return settlement;
            });
        } catch (DataAccessException e) {
            if (SqlStates.isInUse(e)) {
                return OperatorOutcome.refused("settlement.in-use");
            }
            throw e;
        }
    }

    private OperatorOutcome underLease(String eventId, Set<QueueState> states, Instruction instruction, Change change) {
        FoundEvent seen = list.find(eventId).orElse(null);
        if (seen == null) {
            return notQueued(eventId);
        }
        UUID token = UUID.randomUUID();
        if (!operatorLeases.take(seen.leaseKey(), token, instruction.operator(), LEASE_LENGTH, LONGEST_WAIT)) {
            return operatorLeases
                    .find(seen.leaseKey())
                    .map(lease -> OperatorOutcome.refused("settlement.leased", lease.holder(), lease.until()))
                    .orElseGet(() -> OperatorOutcome.refused("settlement.released"));
        }
        // Read again, because only now it cannot change.
        FoundEvent found = list.find(eventId).orElse(null);
        if (found == null) {
            return notQueued(eventId);
        }
        if (!states.isEmpty() && !states.contains(found.entry().state())) {
            return OperatorOutcome.refused(
                    "settlement.in-another-state", inState(found.entry().state()));
        }
        try {
            OperatorOutcome settlement = change.apply(found);
            leases.release(found.leaseKey(), token);
            return settlement;
        } catch (TwinInFlight e) {
            return OperatorOutcome.refused("settlement.being-delivered");
        }
    }

    private OperatorOutcome notQueued(String eventId) {
        return store.find(eventId)
                .map(processed -> new OperatorOutcome(
                        Result.PROCESSED, Message.of("settlement.processed", processed.processedAt())))
                .orElseGet(() -> OperatorOutcome.refused("settlement.unknown"));
    }

    private static OperatorOutcome done(String key, Instruction instruction, QueuedEntry before, Object... more) {
        List<Object> details = new ArrayList<>(List.of(inState(before.state()), before.attempts()));
        details.addAll(List.of(more));
        OperatorOutcome done = OperatorOutcome.done(key, details.toArray());
        return instruction.isDryRun() ? done.inDryRun() : done;
    }

    private static Message inState(QueueState state) {
        return Message.of("settlement.state." + state);
    }

    /** A change of an event under its lease. */
    private interface Change {
        OperatorOutcome apply(FoundEvent found) throws TwinInFlight;
    }
}
