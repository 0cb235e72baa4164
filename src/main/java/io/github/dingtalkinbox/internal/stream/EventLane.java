package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.stream.GatewayConnection.Context;
import io.github.dingtalkinbox.internal.stream.StreamListener.Acknowledgement;
import io.github.dingtalkinbox.internal.transaction.Deadline;
import io.github.dingtalkinbox.internal.transaction.TimeLimits.TimeLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The events of one connection. So many are processed side by side; the others wait here, and not in the network, so that
 * what comes behind them is read, and each can be answered in time: what has had to wait, and is not decided by the deadline,
 * is answered {@code LATER}.
 *
 * <p>Safe for use by many threads; no call blocks.
 */
final class EventLane {
    /** Events that are processed at the same time. */
    static final int MOST_AT_ONCE = 128;

    /** Of all events that are processed or wait. Beyond it nothing more should be read. */
    static final int MOST_CHARACTERS = 4 * FrameAssembler.LARGEST;

    /** What a small frame takes besides its text, in characters. */
    private static final int OVERHEAD = 1024;

    private final String app;
    private final Context context;
    private final Answers answers;
    private final Runnable whenRoom;
    private final Set<Unanswered> waiting = new LinkedHashSet<>();
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private int running;
    private int characters;
    private boolean isHeldBack;
    private boolean isStopping;

    /** @param whenRoom runs once there is room again after {@link #holdsBack()} */
    EventLane(String app, Context context, Answers answers, Runnable whenRoom) {
        this.app = app;
        this.context = context;
        this.answers = answers;
        this.whenRoom = whenRoom;
    }

    /** Takes an event, which will be answered. */
    void add(Frame event) {
        Unanswered entry = new Unanswered(event, context.clock().instant());
        boolean isAdmitted;
        synchronized (this) {
            isAdmitted = !isStopping;
            if (isAdmitted) {
                characters += entry.size();
                if (running == MOST_AT_ONCE) {
                    entry.limit = context.timeLimits().set(Deadline.in(context.deadline()), () -> giveUp(entry));
                    waiting.add(entry);
                    return;
                }
                running++;
            }
        }
        if (!isAdmitted) {
            answer(entry, Acknowledgement.LATER);
        } else if (!isStarted(entry)) {
            ended(entry);
        }
    }

    /** Whether nothing more should be read until there is room. */
    synchronized boolean holdsBack() {
        isHeldBack = characters > MOST_CHARACTERS && !isStopping;
        return isHeldBack;
    }

    /**
     * Begins no further event: those that wait, or still come, are answered {@code LATER}.
     *
     * @return completes when none is processed any more
     */
    CompletableFuture<Void> stop() {
        List<Unanswered> left;
        synchronized (this) {
            isStopping = true;
            left = new ArrayList<>(waiting);
            waiting.clear();
            if (running == 0) {
                idle.complete(null);
            }
        }
        left.forEach(entry -> answer(entry, Acknowledgement.LATER));
        return idle.copy();
    }

    private boolean isStarted(Unanswered entry) {
        try {
            context.threads().execute(() -> {
                try {
                    answer(entry, context.frames().receive(app, entry.event, entry.at));
                } finally {
                    ended(entry);
                }
            });
            return true;
        } catch (RuntimeException | Error e) { // there is no thread for it
            answer(entry, Acknowledgement.LATER);
            return false;
        }
    }

    private void ended(Unanswered entry) {
        Unanswered next = entry;
        do {
            Unanswered gone = next;
            next = next();
            left(gone);
        } while (next != null && !isStarted(next));
    }

    /** The one that takes the place of one that has ended. */
    private synchronized @Nullable Unanswered next() {
        Iterator<Unanswered> first = waiting.iterator();
        if (first.hasNext()) {
            Unanswered next = first.next();
            first.remove();
            return next;
        }
        running--;
        if (isStopping && running == 0) {
            idle.complete(null);
        }
        return null;
    }

    /** Its time is over: if it has not begun, it never will. */
    private void giveUp(Unanswered entry) {
        boolean hasWaited;
        synchronized (this) {
            hasWaited = waiting.remove(entry);
        }
        context.frames().tooLate(app, entry.event);
        answer(entry, Acknowledgement.LATER);
        if (hasWaited) {
            left(entry);
        }
    }

    private void left(Unanswered entry) {
        boolean hasRoom;
        synchronized (this) {
            characters -= entry.size();
            hasRoom = isHeldBack && characters <= MOST_CHARACTERS;
            isHeldBack &= !hasRoom;
        }
        if (hasRoom) {
            whenRoom.run();
        }
    }

    private void answer(Unanswered entry, Acknowledgement answer) {
        TimeLimit limit = entry.limit;
        if (limit != null) {
            limit.lift();
        }
        if (!entry.isAnswered.getAndSet(true)) {
            answers.send(entry.event, answer, Duration.ofNanos(System.nanoTime() - entry.since));
        }
    }

    /** Says what has become of the events. */
    @FunctionalInterface
    interface Answers {
        /**
         * Sends an answer.
         *
         * @param time since the last byte of the event had arrived
         */
        void send(Frame event, Acknowledgement answer, Duration time);
    }

    /** Each is another one, whatever is in it. */
    private static final class Unanswered {
        private final Frame event;
        private final Instant at;
        private final long since = System.nanoTime();
        private final AtomicBoolean isAnswered = new AtomicBoolean();
        private volatile @Nullable TimeLimit limit;

        private Unanswered(Frame event, Instant at) {
            this.event = event;
            this.at = at;
        }

        private int size() {
            return event.data().length() + OVERHEAD;
        }
    }
}
