package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
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
 * <p>If anything in a shared transaction fails, its deliveries get a transaction each, so that none fails because of its
 * neighbours.
 *
 * <p>Safe for use by many threads.
 */
final class GroupCommit {
    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    private static final int MOST_EVENTS = 128;

    /** In characters of payload, which are held in memory several times over. One delivery may have more. */
    private static final long LARGEST = 1024 * 1024;

    private final Processor processor;
    private final Attempts attempts;
    private final Duration longestShared;
    private final int connections;
    private final int reserve;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Lane, Line> lines = new LinkedHashMap<>();

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

    /** @param atEnd done once, when the delivery has its result, or was withdrawn */
    Submission submit(Lane lane, List<Event> events, Runnable atEnd) {
        Submission submission = new Submission(lane, events, atEnd);
        start(locked(() -> {
            lines.computeIfAbsent(lane, l -> new Line()).waiting.addLast(submission);
            return ready();
        }));
        return submission;
    }

    /** Has a delivery that still waits for its transaction wait no longer for those of its lane that are under way. */
    void hurry(Submission submission) {
        start(locked(() -> {
            Line line = lines.get(submission.lane());
            if (line != null && line.waiting.contains(submission)) {
                line.isHurried = true;
            }
            return ready();
        }));
    }

    /**
     * Gives a delivery up. If it is in a transaction already, that goes on, and the delivery is late.
     *
     * @return whether it was not: then it never will be
     */
    boolean withdraw(Submission submission) {
        boolean isWithdrawn = locked(() -> {
            Line line = lines.get(submission.lane());
            boolean wasWaiting = line != null && line.waiting.remove(submission);
            if (!wasWaiting) {
                submission.markLate();
            }
            return wasWaiting;
        });
        if (isWithdrawn) {
            submission.fail(new IllegalStateException("It was withdrawn"));
        }
        return isWithdrawn;
    }

    private void start(List<Group> groups) {
        groups.forEach(this::start);
    }

    private void start(Group group) {
        try {
            Attempt.Work<List<Outcome>> work = running -> processor.run(running, group, () -> committing(group));
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
            groups.add(group);
            lines.remove(group.lane());
            lines.put(group.lane(), line); // at the end: its next turn comes after those of the others
        }
        lines.values().removeIf(Line::isIdle);
        return groups;
    }

    /** Of the lines that may go on, the one that has least; of several, the one whose last turn is longest ago. */
    private @Nullable Line next(Collection<Line> lines) {
        return lines.stream()
                .filter(this::mayGoOn)
                .min(Comparator.comparingInt(line -> line.running.size()))
                .orElse(null);
    }

    private boolean mayGoOn(Line line) {
        return !line.waiting.isEmpty() && line.mayHaveAnother() && free() > (line.running.isEmpty() ? 0 : reserve);
    }

    private int free() {
        return connections
                - lines.values().stream().mapToInt(line -> line.running.size()).sum();
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
        private final Deque<Submission> waiting = new ArrayDeque<>();
        private final List<Group> running = new ArrayList<>();
        private volatile boolean isHurried;

        private boolean mayHaveAnother() {
            return running.stream().noneMatch(Group::isWorking)
                    || isHurried
                    || waiting.element().isAlone();
        }

        private boolean isIdle() {
            return running.isEmpty() && waiting.isEmpty();
        }

        private Group take() {
            List<Submission> members = new ArrayList<>();
            Submission first = waiting.remove();
            members.add(first);
            int events = first.events().size();
            long size = first.size();
            while (!first.isAlone() && canTake(waiting.peek(), events, size)) {
                Submission next = waiting.remove();
                members.add(next);
                events += next.events().size();
                size += next.size();
            }
            Group group = new Group(first.lane(), members);
            running.add(group);
            isHurried = false;
            return group;
        }

        private static boolean canTake(@Nullable Submission next, int events, long size) {
            return next != null
                    && !next.isAlone()
                    && events + next.events().size() <= MOST_EVENTS
                    && size + next.size() <= LARGEST;
        }
    }
}
