package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.store.Admission;
import io.github.dingtalkinbox.internal.store.EventStore.MustWait;
import io.github.dingtalkinbox.internal.transaction.HandlerFailed;
import io.github.dingtalkinbox.internal.transaction.HandlerTimedOut;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import io.github.dingtalkinbox.internal.transaction.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: deliveries that arrive while a transaction of their lane is under way share the next one. None waits for
 * others to come: alone, a delivery gets its transaction at once. The next transaction begins when the one before it has
 * nothing left to do but to commit: then that waits for the disk, and this one has the processors.
 *
 * <p>Twins that wait together share their transaction, too. A twin of what is in a running one waits until that has ended:
 * here it costs nothing; in the database it would hold a connection, and the transaction that it shares. This judges nothing.
 *
 * <p>If anything in a shared transaction fails, its deliveries get a transaction each, so that none fails because of its
 * neighbours.
 *
 * <p>Safe for use by many threads.
 */
final class GroupCommit {
    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    private final Processor processor;
    private final SharingPolicy policy;
    private final int connections;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Lane, LaneQueue> queues = new LinkedHashMap<>();
    private final Set<String> inFlight = new HashSet<>();

    /** @param connections for so many transactions at once */
    GroupCommit(Processor processor, SharingPolicy policy, int connections) {
        this.processor = processor;
        this.policy = policy;
        this.connections = connections;
    }

    void submit(Submission submission) {
        change(() -> queues.computeIfAbsent(submission.lane, lane -> new LaneQueue(policy, inFlight))
                .add(submission));
    }

    /** Lets a waiting delivery start its own transaction instead of waiting for the lane's current ones. */
    void hurry(Submission submission) {
        change(() -> submission.isHurried = true);
    }

    /**
     * Gives a delivery up. If it is in a transaction already, that goes on, and the delivery is late.
     *
     * @return whether it was not: then it never will be
     */
    boolean withdraw(Submission submission) {
        lock.lock();
        try {
            LaneQueue queue = queues.get(submission.lane);
            boolean wasWaiting = queue != null && queue.remove(submission);
            if (!wasWaiting) {
                submission.isLate = true;
            }
            return wasWaiting;
        } finally {
            lock.unlock();
        }
    }

    /** Makes a change under the lock, and starts the transactions that can begin then. */
    private void change(Runnable change) {
        List<Group> ready = new ArrayList<>();
        lock.lock();
        try {
            change.run();
            for (LaneQueue queue = next(); queue != null; queue = next()) {
                Group group = queue.take();
                ready.add(group);
                queues.remove(group.lane());
                queues.put(group.lane(), queue); // at the end: its next turn comes after those of the others
            }
            queues.values().removeIf(LaneQueue::isIdle);
        } finally {
            lock.unlock();
        }
        ready.forEach(this::start);
    }

    private void start(Group group) {
        Admission admission = group.lane().admission();
        Duration limit = group.isShared() ? policy.longestShared() : processor.timeLimit();
        Runnable committing = () -> change(group::stopWorking);
        try {
            Task<List<Outcome>> task = admission == null
                    ? processor.process(group.batch(policy), group.assignments(), group.isShared(), limit, committing)
                    : processor.store(group.batch(policy), admission, limit, committing);
            task.whenEnded((outcomes, failure) -> ended(group, outcomes, failure));
        } catch (RuntimeException | OutOfMemoryError e) { // no thread was to be had
            ended(group, null, e);
        }
    }

    private void ended(Group group, @Nullable List<Outcome> outcomes, @Nullable Throwable failure) {
        List<Submission> again = new ArrayList<>();
        change(() -> {
            LaneQueue queue = Objects.requireNonNull(queues.get(group.lane()), "a lane with a running transaction");
            if (failure != null) {
                again.addAll(toRepeat(group, failure));
            } else if (outcomes != null) {
                queue.expectKnown(policy.isProbablyKnown(outcomes));
            }
            queue.end(group, again);
        });
        if (outcomes != null) {
            group.succeed(outcomes);
        } else if (failure != null) {
            group.members().stream().filter(m -> !again.contains(m)).forEach(m -> m.fail(failure));
        }
    }

    private static List<Submission> toRepeat(Group group, Throwable failure) {
        if (!group.isShared() || failure instanceof HandlerTimedOut) {
            return List.of();
        }
        List<Submission> again = group.members().stream().filter(m -> !m.isLate).toList();
        if (failure instanceof MustWait mustWait) {
            return again.stream().filter(m -> !mustWait.concerns(m.events)).toList();
        }
        log.info(
                "A transaction of {} deliveries has failed: {}. Each gets one of its own",
                group.members().size(),
                LoggedFailure.inWords(failure));
        boolean mayHaveCommitted = failure instanceof HandlerFailed failed && failed.mayHaveCommitted();
        again.forEach(m -> {
            m.isAlone = true;
            m.mayHaveCommitted |= mayHaveCommitted;
        });
        return again;
    }

    /** Of the lanes that may go on, the one that has least; of several, the one whose last turn is longest ago. */
    private @Nullable LaneQueue next() {
        int free = connections
                - queues.values().stream().mapToInt(LaneQueue::running).sum();
        return queues.values().stream()
                .filter(queue -> free > (queue.running() == 0 ? 0 : policy.reserve(connections)) && queue.isReady())
                .min(Comparator.comparingInt(LaneQueue::running))
                .orElse(null);
    }
}
