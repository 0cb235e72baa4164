package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.store.MustWait;
import io.github.dingtalkinbox.internal.transaction.Attempt;
import io.github.dingtalkinbox.internal.transaction.Attempts;
import io.github.dingtalkinbox.internal.transaction.HandlerFailed;
import io.github.dingtalkinbox.internal.transaction.HandlerTimedOut;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: deliveries that arrive while a transaction of their lane is under way share the next one. Nobody waits
 * for others to come: alone, a delivery gets its transaction at once. The next transaction begins when the one before it has
 * nothing left to do but to commit: then that waits for the disk, and this one has the processors.
 *
 * <p>Twins that wait together share their transaction, too. A twin of what is in a running one waits until that has ended.
 *
 * <p>If anything in a shared transaction fails, its deliveries get a transaction each, so that none fails because of its
 * neighbours.
 *
 * <p>Safe for use by many threads.
 */
final class GroupCommit {
    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    private static final int MOST_EVENTS = 128;

    /** So many waiting deliveries fill a transaction of their own, beside the one that is under way. */
    private static final int MANY = 32;

    /** In characters of payload, which are held in memory several times over. One delivery may have more. */
    private static final long LARGEST = 1024 * 1024;

    private final Processor processor;
    private final Attempts attempts;
    private final Duration longestShared;
    private final int connections;
    private final int reserve;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Lane, Line> lines = new LinkedHashMap<>();
    private final InFlight inFlight = new InFlight();

    /**
     * @param longestShared how long a shared transaction may take. A single delivery that is stuck would else keep the
     *     copies of all its neighbours from being processed, for as long as handlers may take
     * @param connections for so many transactions at once. A lane that has one already leaves a third of them to others
     */
    GroupCommit(Processor processor, Attempts attempts, Duration longestShared, int connections) {
        this.processor = processor;
        this.attempts = attempts;
        this.longestShared = longestShared;
        this.connections = connections;
        this.reserve = connections / 3;
    }

    void submit(Submission submission) {
        start(locked(() -> {
            lines.computeIfAbsent(submission.lane(), l -> new Line(inFlight))
                    .waiting
                    .addLast(submission);
            return ready();
        }));
    }

    /** Has a delivery that still waits for its transaction wait no longer for those of its lane that are under way. */
    void hurry(Submission submission) {
        start(locked(() -> {
            submission.hurry();
            return ready();
        }));
    }

    /**
     * Gives a delivery up. If it is in a transaction already, that goes on, and the delivery is late.
     *
     * @return whether it was not: then it never will be
     */
    boolean withdraw(Submission submission) {
        return locked(() -> {
            Line line = lines.get(submission.lane());
            boolean wasWaiting = line != null && line.waiting.remove(submission);
            if (!wasWaiting) {
                submission.markLate();
            }
            return wasWaiting;
        });
    }

    private void start(List<Group> groups) {
        groups.forEach(this::start);
    }

    private void start(Group group) {
        try {
            Attempt.Work<List<Outcome>> work =
                    running -> group.lane().run(processor, running, group, () -> committing(group));
            Attempt<List<Outcome>> attempt =
                    group.isShared() ? attempts.start(work, longestShared) : attempts.start(work);
            attempt.whenEnded((outcomes, failure) -> ended(group, outcomes, failure));
        } catch (RuntimeException | OutOfMemoryError e) { // no thread was to be had
            ended(group, null, e);
        }
    }

    private void committing(Group group) {
        start(locked(() -> {
            group.stopWorking();
            return ready();
        }));
    }

    private void ended(Group group, @Nullable List<Outcome> outcomes, @Nullable Throwable failure) {
        List<Submission> again = new ArrayList<>();
        start(locked(() -> {
            if (failure != null) {
                again.addAll(toRepeat(group, failure));
            } else if (outcomes != null) {
                line(group.lane()).bringsOldOnes = areMostlyDuplicates(outcomes);
            }
            putBack(group, again);
            return ready();
        }));
        if (outcomes != null) {
            group.succeed(outcomes);
        } else if (failure != null) {
            group.members().stream().filter(m -> !again.contains(m)).forEach(m -> m.fail(failure));
        }
    }

    private static boolean areMostlyDuplicates(List<Outcome> outcomes) {
        int duplicates = 0;
        for (Outcome outcome : outcomes) {
            duplicates += outcome instanceof Outcome.Duplicate ? 1 : 0;
        }
        return 2 * duplicates > outcomes.size();
    }

    private static List<Submission> toRepeat(Group group, Throwable failure) {
        if (!group.isShared() || failure instanceof HandlerTimedOut) {
            return List.of();
        }
        List<Submission> again =
                group.members().stream().filter(m -> !m.isLate()).toList();
        if (failure instanceof MustWait mustWait) {
            return again.stream().filter(m -> !mustWait.concerns(m.events())).toList();
        }
        log.info(
                "A transaction of {} deliveries has failed: {}. Each gets one of its own",
                group.members().size(),
                LoggedFailure.inWords(failure));
        boolean mayHaveCommitted = failure instanceof HandlerFailed failed && failed.mayHaveCommitted();
        again.forEach(m -> m.separate(mayHaveCommitted));
        return again;
    }

    private void putBack(Group group, List<Submission> again) {
        Line line = line(group.lane());
        line.running.remove(group);
        inFlight.leave(group);
        for (int i = again.size() - 1; i >= 0; i--) {
            line.waiting.addFirst(again.get(i));
        }
    }

    private Line line(Lane lane) {
        Line line = lines.get(lane);
        if (line == null) {
            throw new IllegalStateException("A lane was given up while its transactions run");
        }
        return line;
    }

    /** The groups whose transactions can begin now. */
    private List<Group> ready() {
        List<Group> groups = new ArrayList<>();
        for (Line line = next(lines.values()); line != null; line = next(lines.values())) {
            Group group = line.take();
            inFlight.enter(group);
            groups.add(group);
            lines.remove(group.lane());
            lines.put(group.lane(), line); // at the end: its next turn comes after those of the others
        }
        lines.values().removeIf(Line::isIdle);
        return groups;
    }

    /** Of the lines that may go on, the one that has least; of several, the one whose last turn is longest ago. */
    private @Nullable Line next(Collection<Line> lines) {
        Line next = null;
        for (Line line : lines) {
            if (mayGoOn(line) && (next == null || line.running.size() < next.running.size())) {
                next = line;
            }
        }
        return next;
    }

    private boolean mayGoOn(Line line) {
        return line.mayHaveAnother() && free() > (line.running.isEmpty() ? 0 : reserve);
    }

    private int free() {
        int free = connections;
        for (Line line : lines.values()) {
            free -= line.running.size();
        }
        return free;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** What waits in a lane, and what runs. */
    private static final class Line {
        private final InFlight inFlight;
        private final Deque<Submission> waiting = new ArrayDeque<>();
        private final List<Group> running = new ArrayList<>();

        /** Whether the last transaction had mostly duplicates. */
        private volatile boolean bringsOldOnes;

        private Line(InFlight inFlight) {
            this.inFlight = inFlight;
        }

        private boolean mayHaveAnother() {
            for (Submission first : waiting) {
                if (!inFlight.hasTwinOf(first)) {
                    return first.isAlone() || first.isHurried() || working() < (waiting.size() < MANY ? 1 : 2);
                }
            }
            return false;
        }

        private int working() {
            int working = 0;
            for (Group group : running) {
                working += group.isWorking() ? 1 : 0;
            }
            return working;
        }

        private boolean isIdle() {
            return running.isEmpty() && waiting.isEmpty();
        }

        private Group take() {
            List<Submission> members = new ArrayList<>();
            int events = 0;
            long size = 0;
            for (Iterator<Submission> all = waiting.iterator(); all.hasNext(); ) {
                Submission next = all.next();
                if (inFlight.hasTwinOf(next)) {
                    continue;
                }
                events += next.events().size();
                size += next.size();
                boolean isFirst = members.isEmpty();
                if (!isFirst && (next.isAlone() || events > MOST_EVENTS || size > LARGEST)) {
                    break;
                }
                members.add(next);
                all.remove();
                if (next.isAlone()) {
                    break;
                }
            }
            Group group = new Group(members.get(0).lane(), members, bringsOldOnes);
            running.add(group);
            return group;
        }
    }
}
