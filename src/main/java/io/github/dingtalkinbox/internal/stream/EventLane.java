package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.stream.GatewayConnection.Context;
import io.github.dingtalkinbox.internal.stream.StreamListener.Acknowledgement;
import io.github.dingtalkinbox.internal.transaction.Deadline;
import io.github.dingtalkinbox.internal.transaction.TimeLimits.TimeLimit;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The events of one connection. Each is processed when its {@linkplain Turns turn} has come. Until then it waits here, and not
 * in the network, so that what comes behind it is read, and each can be answered in time: what has had to wait, and is not
 * decided by the deadline, is answered {@code LATER}.
 *
 * <p>Safe for use by many threads; no call blocks.
 */
final class EventLane {
    /** Of all events that are processed or wait. Beyond it nothing more should be read. */
    static final int MOST_CHARACTERS = 4 * FrameAssembler.LARGEST;

    /** What a small frame takes besides its text, in characters. */
    private static final int OVERHEAD = 1024;

    private final String app;
    private final Context context;
    private final Answers answers;
    private final Runnable whenRoom;
    private final Set<Pending> present = new LinkedHashSet<>();
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
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
        boolean isTurn = false;
        synchronized (this) {
            isAdmitted = !isStopping;
            if (isAdmitted) {
                present.add(pending);
                characters += pending.size();
                isTurn = context.turns().take(pending);
                if (!isTurn) {
                    pending.limit = context.timeLimits().set(Deadline.in(context.deadline()), () -> giveUp(pending));
                }
            }
        }
        if (!isAdmitted) {
            answer(pending, Acknowledgement.LATER);
        } else if (isTurn && !pending.begin()) {
            context.turns().end();
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

    /** Whether no event is processed or waits. */
    synchronized boolean isIdle() {
        return present.isEmpty();
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
            left = present.stream().filter(context.turns()::withdraw).toList();
            if (present.isEmpty()) {
                idle.complete(null);
            }
        }
        left.forEach(pending -> {
            answer(pending, Acknowledgement.LATER);
            left(pending);
        });
        return idle.copy();
    }

    /** Its time is over: if it has not begun, it never will. */
    private void giveUp(Pending pending) {
        boolean hasWaited = context.turns().withdraw(pending);
        if (answer(pending, Acknowledgement.LATER)) {
            context.frames().tooLate(app, pending.event);
        }
        if (hasWaited) {
            left(pending);
        }
    }

    private void left(Pending pending) {
        boolean hasRoom;
        synchronized (this) {
            present.remove(pending);
            characters -= pending.size();
            if (isStopping && present.isEmpty()) {
                idle.complete(null);
            }
            hasRoom = isHeldBack && characters <= MOST_CHARACTERS;
            isHeldBack &= !hasRoom;
        }
        if (hasRoom) {
            whenRoom.run();
        }
    }

    /** Whether it had no answer yet. */
    private boolean answer(Pending pending, Acknowledgement answer) {
        TimeLimit limit = pending.limit;
        if (limit != null) {
            limit.lift();
        }
        boolean isFirst = !pending.isAnswered.getAndSet(true);
        if (isFirst) {
            answers.send(pending.event, answer, pending.since);
        }
        return isFirst;
    }

    /** Says what has become of the events. */
    @FunctionalInterface
    interface Answers {
        /**
         * Sends an answer.
         *
         * @param since when the last byte of the event had arrived, by {@link System#nanoTime}
         */
        void send(Frame event, Acknowledgement answer, long since);
    }

    /** Each is another one, whatever is in it. */
    private final class Pending implements Turns.WaitingEvent {
        private final Frame event;
        private final Instant at;
        private final long since = System.nanoTime();
        private final AtomicBoolean isAnswered = new AtomicBoolean();
        private volatile @Nullable TimeLimit limit;

        private Pending(Frame event, Instant at) {
            this.event = event;
            this.at = at;
        }

        @Override
        public boolean begin() {
            try {
                context.threads().execute(this::process);
                return true;
            } catch (RuntimeException | Error e) { // there is no thread for it
                answer(this, Acknowledgement.LATER);
                context.frames().notBegun(app, event, e);
                left(this);
                return false;
            }
        }

        private void process() {
            try {
                answer(this, context.frames().receive(app, event, at));
            } finally {
                left(this);
                context.turns().end();
            }
        }

        private int size() {
            return event.data().length() + OVERHEAD;
        }
    }
}
