package io.github.dingtalkinbox.queue;

import io.github.dingtalkinbox.inbox.EventRecords;
import io.github.dingtalkinbox.inbox.TwinInFlight;
import io.github.dingtalkinbox.queue.QueuedEventList.Found;
import io.github.dingtalkinbox.queue.QueuedEventList.Neighbour;
import io.github.dingtalkinbox.queue.Settlement.Result;
import java.sql.SQLException;
import java.time.Duration;
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
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What operators see of the queue, and do with it. Each change of an event is one transaction, under the lease of its
 * ordering key as with a worker, and in it is a row of {@code operator_actions}. It needs no handlers.
 *
 * <p>Safe for use by many threads. To be called outside of any transaction.
 */
public final class Operations {
    /** For the few statements of a change. Nobody sees it unless the transaction hangs. */
    private static final Duration LEASE_LENGTH = Duration.ofMinutes(1);

    private static final int PAGE = 500;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    /** SQLSTATEs: a lock that was not to be had, a deadlock, a serialization failure. */
    private static final Set<String> IN_USE = Set.of("55P03", "40P01", "40001");

    private final QueuedEventList list;
    private final QueuedEvents queuedEvents;
    private final OrderingLeases leases;
    private final OperatorActions actions;
    private final EventRecords records;
    private final TransactionTemplate transactions;

    /** @param transactionManager that of the data source; it has to know savepoints */
    public Operations(DataSource dataSource, PlatformTransactionManager transactionManager) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.list = new QueuedEventList(jdbc);
        this.queuedEvents = new QueuedEvents(jdbc);
        this.leases = new OrderingLeases(jdbc);
        this.actions = new OperatorActions(jdbc);
        this.records = new EventRecords(dataSource, transactionManager);
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /**
     * A page of the selected events, those first that were queued first.
     *
     * @param limit of events
     * @param after where the last page has ended; null: from the beginning
     */
    public List<QueuedEntry> list(QueueSelection selection, int limit, @Nullable QueuePosition after) {
        return list.list(selection, limit, after);
    }

    /**
     * Takes the selected events one by one, those first that were queued first. Ids alone are taken as they are, queued or
     * not, so that it can be said what is wrong with each.
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
                position = QueuePosition.of(entry);
            }
        } while (page.size() == PAGE);
    }

    /** All that is known of a queued event; empty if there is none of this id in the queue. */
    public Optional<QueuedDetails> find(String eventId) {
        return list.find(eventId).map(found -> {
            List<Neighbour> neighbours = list.neighbours(eventId, QueuedDetails.MOST_NEIGHBOURS);
            return new QueuedDetails(
                    found.entry(),
                    found.event(),
                    found.orderingKey(),
                    found.isLateCopy(),
                    leases.find(found.orderingKey()).orElse(null),
                    part(neighbours, true),
                    part(neighbours, false),
                    actions.find(eventId));
        });
    }

    private static List<QueuedDetails.Neighbour> part(List<Neighbour> neighbours, boolean before) {
        return neighbours.stream()
                .filter(n -> n.isBefore() == before)
                .map(n -> new QueuedDetails.Neighbour(n.eventId(), n.state()))
                .toList();
    }

    /** All that is known of a processed event; empty if there is none of this id. */
    public Optional<ProcessedDetails> findProcessed(String eventId) {
        return records.find(eventId).map(p -> new ProcessedDetails(p.event(), p.processedAt(), actions.find(eventId)));
    }

    /**
     * Lets workers try a queued event again, from its first attempt, whatever its state: a dead one, and those that wait
     * behind it; also a discarded one.
     *
     * @param states in which it is only done; empty: in any
     */
    public Settlement replay(String eventId, Set<String> states, Instruction instruction) {
        return change(eventId, states, instruction, found -> {
            list.replay(eventId);
            actions.insert(OperatorActions.REPLAY, found.entry(), instruction);
            Optional<Neighbour> first = list.neighbours(eventId, 1).stream()
                    .filter(Neighbour::isBefore)
                    .findFirst();
            return done(instruction, "replayed", found.entry())
                    + first.map(f -> "; it waits behind " + f.eventId() + ", which is " + f.state())
                            .orElse("; a worker tries it at once");
        });
    }

    /**
     * Gives a queued event up: it is not tried any more, and the events behind it go on. It stays known, so that a
     * delivery of it is a duplicate. If it turns out to have been processed, its copy in the queue is deleted instead.
     *
     * @param states in which it is only done; empty: in any
     */
    public Settlement discard(String eventId, Set<String> states, Instruction instruction) {
        return change(eventId, states, instruction, found -> {
            if (found.entry().state().equals("discarded")) {
                throw new Refused("is discarded already");
            }
            // A delivery that was answered late may be processing it still, and a worker whose lease has run out:
            // neither holds the lease, and neither would find out that the event is discarded.
            if (records.isProcessed(found.event())) {
                queuedEvents.delete(eventId);
                actions.insert(OperatorActions.DROP, found.entry(), instruction);
                return done(instruction, "dropped", found.entry())
                        + "; it has been processed, and this was only a copy of it";
            }
            list.discard(eventId);
            actions.insert(OperatorActions.DISCARD, found.entry(), instruction);
            return done(instruction, "discarded", found.entry()) + "; what waits behind it goes on";
        });
    }

    private Settlement change(String eventId, Set<String> states, Instruction instruction, Change change) {
        try {
            return transactions.execute(status -> {
                Settlement settlement = underLease(eventId, states, instruction, change);
                if (settlement.result() != Result.DONE || instruction.isDryRun()) {
                    status.setRollbackOnly();
                }
                return settlement;
            });
        } catch (DataAccessException e) {
            if (isInUse(e)) {
                return Settlement.refused("is being processed just now; try again");
            }
            throw e;
        }
    }

    private Settlement underLease(String eventId, Set<String> states, Instruction instruction, Change change) {
        Found seen = list.find(eventId).orElse(null);
        if (seen == null) {
            return notQueued(eventId);
        }
        UUID token = UUID.randomUUID();
        String corpId = seen.entry().corpId();
        if (!leases.take(seen.orderingKey(), corpId, token, instruction.operator(), LEASE_LENGTH, LONGEST_WAIT)) {
            return Settlement.refused(leases.find(seen.orderingKey())
                    .map(lease -> "is being processed just now, or another event of its ordering key, by "
                            + lease.holder() + ", until " + lease.until() + " at the latest; try again")
                    .orElse("was being processed a moment ago; try again"));
        }
        // Only now it stays as it is.
        Found found = list.find(eventId).orElse(null);
        if (found == null) {
            return notQueued(eventId);
        }
        if (!states.isEmpty() && !states.contains(found.entry().state())) {
            return Settlement.refused("is " + found.entry().state() + ": not one of the states that are meant");
        }
        try {
            String text = change.apply(found);
            leases.release(found.orderingKey(), token);
            return new Settlement(Result.DONE, text);
        } catch (TwinInFlight e) {
            return Settlement.refused("is being processed just now, by a delivery of it; try again");
        } catch (Refused e) {
            return Settlement.refused(e.why);
        }
    }

    private Settlement notQueued(String eventId) {
        return records.find(eventId)
                .map(processed -> new Settlement(
                        Result.PROCESSED, "is not queued: it was processed at " + processed.processedAt()))
                .orElse(Settlement.refused("is not known, neither in the queue nor among the processed events"));
    }

    private static String done(Instruction instruction, String done, QueuedEntry before) {
        return (instruction.isDryRun() ? "would be " : "") + done + "; was " + before.state() + ", failed attempts: "
                + before.attempts();
    }

    private static boolean isInUse(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null && IN_USE.contains(e.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** What is done with an event under its lease, and the words for it. */
    private interface Change {
        String apply(Found found) throws TwinInFlight;
    }

    /** The event is in no state for it. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String why;

        Refused(String why) {
            super(why);
            this.why = why;
        }
    }
}
