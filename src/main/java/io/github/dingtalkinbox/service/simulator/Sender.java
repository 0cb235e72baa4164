package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.audit.JournalEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends deliveries, a limited number at a time, counts their replies, and writes the journal. */
final class Sender {
    private final Tally tally = new Tally();
    private final int concurrency;
    private final Semaphore free;
    private final Clock clock;
    private final Consumer<JournalEntry> journal;
    private final Answered answered;
    private final AtomicReference<@Nullable RuntimeException> failed = new AtomicReference<>();

    /** @param answered called after each delivery, before another may be sent in its place, on any thread */
    Sender(int concurrency, Clock clock, Consumer<JournalEntry> journal, Answered answered) {
        this.concurrency = concurrency;
        this.free = new Semaphore(concurrency);
        this.clock = clock;
        this.journal = journal;
        this.answered = answered;
    }

    /** Waits until one more delivery may be sent. */
    void awaitFree() throws InterruptedException {
        free.acquire();
        free.release();
        requireNoFailure();
    }

    /** Whether each delivery was answered or given up. */
    boolean isIdle() {
        return free.availablePermits() == concurrency;
    }

    Tally tally() {
        return tally;
    }

    /** Throws the failure of the journal, if any: deliveries that are not in it would not count. */
    void requireNoFailure() {
        RuntimeException failure = failed.get();
        if (failure != null) {
            throw failure;
        }
    }

    /** Sends a delivery, and does not wait for the reply. */
    void send(Push push) {
        int delivery = push.event().nextDelivery();
        free.acquireUninterruptibly();
        Carrier.Trip trip = push.carrier().send(push, delivery);
        CompletableFuture<?> unused = trip.reply().thenAccept(reply -> {
            try {
                Duration time = reply.time();
                if (time != null) {
                    tally.took(time.toNanos());
                }
                Optional<RefusedReply> refusal = Optional.ofNullable(reply.refusal());
                journal.accept(entry(push.event(), delivery, trip.target(), refusal));
                count(push.event(), refusal);
                answered.accept(push, refusal.isEmpty());
            } catch (RuntimeException e) {
                failed.compareAndSet(null, e);
            } finally {
                free.release();
            }
        });
    }

    private JournalEntry entry(PlayedEvent event, int delivery, String target, Optional<RefusedReply> refusal) {
        String answer = refusal.map(RefusedReply::reason).orElse(JournalEntry.SUCCESS);
        return new JournalEntry(clock.instant(), answer, delivery, event.sent(), target);
    }

    private void count(PlayedEvent event, Optional<RefusedReply> refusal) {
        refusal.ifPresentOrElse(r -> tally.refused(event.sent().eventId(), r), tally::answered);
    }

    /** Is told the result of a delivery. */
    interface Answered {
        void accept(Push push, boolean success);
    }
}
