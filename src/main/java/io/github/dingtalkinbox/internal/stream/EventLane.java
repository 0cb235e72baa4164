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
    private final Set<Pending> waiting = new LinkedHashSet<>();
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
        Pending pending = new Pending(event, context.clock().instant());
        boolean isAdmitted;
        synchronized (this) {
            isAdmitted = !isStopping;
            if (isAdmitted) {
                characters += pending.size();
                if (running == MOST_AT_ONCE) {
                    pending.limit = context.timeLimits().set(Deadline.in(context.deadline()), () -> giveUp(pending));
                    waiting.add(pending);
                    return;
                }
                running++;
            }
        }
        if (!isAdmitted) {
            answer(pending, Acknowledgement.LATER);
        } else if (!isStarted(pending)) {
            ended(pending);
        }
    }

    /** Whether nothing more should be read until there is room. */
    synchronized boolean holdsBack() {
        isHeldBack = characters > MOST_CHARACTERS && !isStopping;
        return isHeldBack;
    }

    /** Whether it does so just now. */
    synchronized boolean isHeldBack() {
        return isHeldBack;
    }

    /**
     * Begins no further event: those that wait, or still come, are answered {@code LATER}.
     *
     * @return completes when none is processed any more
     */
    CompletableFuture<Void> stop() {
        List<Pending> left;
        synchronized (this) {
            isStopping = true;
            left = new ArrayList<>(waiting);
            waiting.clear();
            if (running == 0) {
                idle.complete(null);
            }
        }
        left.forEach(pending -> answer(pending, Acknowledgement.LATER));
        return idle.copy();
    }

    private boolean isStarted(Pending pending) {
        try {
            context.threads().execute(() -> {
                try {
                    answer(pending, context.frames().receive(app, pending.event, pending.at));
                } finally {
                    ended(pending);
                }
            });
            return true;
        } catch (RuntimeException | Error e) { // there is no thread for it
            answer(pending, Acknowledgement.LATER);
            return false;
        }
    }

    private void ended(Pending pending) {
        Pending next = pending;
        do {
            Pending gone = next;
            next = next();
            left(gone);
        } while (next != null && !isStarted(next));
    }

    /** The one that takes the place of one that has ended. */
    private synchronized @Nullable Pending next() {
        Iterator<Pending> first = waiting.iterator();
        if (first.hasNext()) {
            Pending next = first.next();
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
    private void giveUp(Pending pending) {
        boolean hasWaited;
        synchronized (this) {
            hasWaited = waiting.remove(pending);
        }
        context.frames().tooLate(app, pending.event);
        answer(pending, Acknowledgement.LATER);
        if (hasWaited) {
            left(pending);
        }
    }

    private void left(Pending pending) {
        boolean hasRoom;
        synchronized (this) {
            characters -= pending.size();
            hasRoom = isHeldBack && characters <= MOST_CHARACTERS;
            isHeldBack &= !hasRoom;
        }
        if (hasRoom) {
            whenRoom.run();
        }
    }

    private void answer(Pending pending, Acknowledgement answer) {
        TimeLimit limit = pending.limit;
        if (limit != null) {
            limit.lift();
        }
        if (!pending.isAnswered.getAndSet(true)) {
            answers.send(pending.event, answer, Duration.ofNanos(System.nanoTime() - pending.since));
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
    private static final class Pending {
        private final Frame event;
        private final Instant at;
        private final long since = System.nanoTime();
        private final AtomicBoolean isAnswered = new AtomicBoolean();
        private volatile @Nullable TimeLimit limit;

        private Pending(Frame event, Instant at) {
            this.event = event;
            this.at = at;
        }

        private int size() {
            return event.data().length() + OVERHEAD;
        }
    }
}
