package io.github.dingtalkinbox.internal.queue;

import static io.github.dingtalkinbox.internal.identity.TestEvents.unordered;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.internal.queue.Worker.Claim;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whoever holds the lease of a key alone changes its events; who has lost it changes nothing. */
class LeasePostgresTest extends QueueFixture {
    private static final int MANY = 100;

    LeasePostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aLeaseThatLivesIsNotTaken() throws Exception {
        enqueue(nth("leased", 1), nth("leased", 2));
        Worker holder = worker(queueing());
        List<Claim> held = holder.claim(MANY);

        assertThat(worker(queueing()).claim(MANY)).isEmpty();

        held.forEach(holder::process);
        assertThat(effects()).containsExactly(ids(nth("leased", 1)));
        assertThat(idsOf(worker(queueing()).claim(MANY))).containsExactly(ids(nth("leased", 2)));
    }

    @Test
    void aLeaseLastsLongerThanItsHandlersMay() throws Exception {
        enqueue(unordered("long"));
        Node node = Node.on(database)
                .queueing()
                .handlerTimeout(Duration.ofMinutes(7))
                .build();

        worker(node).claim(MANY);

        assertThat(jdbc.sql("select leased_until > now() + interval '7 minutes' from inbox.ordering_leases")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void noMoreIsClaimedThanAskedForAndTheLongestDueFirst() throws Exception {
        enqueue(unordered("c"), unordered("a"), unordered("b"), unordered("d"));
        jdbc.sql("update inbox.queued_events set next_attempt_at = now() - interval '1 hour' where event_id in (?, ?)")
                .params(unordered("a").id(), unordered("d").id())
                .update();

        assertThat(idsOf(worker(queueing()).claim(2))).containsExactlyInAnyOrder(ids(unordered("a"), unordered("d")));
        assertThat(count("ordering_leases")).isEqualTo(2);
    }

    @Test
    void aCommitAfterTheLeaseWasTakenOverWritesNothing() throws Exception {
        Event event = nth("late", 1);
        enqueue(event);
        Worker late = worker(queueing());
        List<Claim> lost = late.claim(MANY);
        letLeasesRunOut();

        TestQueue.runOnce(worker(queueing()), MANY);
        lost.forEach(late::process);

        assertThat(effects()).containsExactly(event.id());
        assertThat(count("duplicate_deliveries")).isZero();
        assertThat(queuedIds()).isEmpty();
    }

    @Test
    void workThatIsOvertakenWhileItRunsIsUndone() throws Exception {
        Event event = nth("overtaken", 1);
        enqueue(event);
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Worker slow = worker(queueing(e -> {
            isInside.countDown();
            mayGoOn.await();
        }));
        List<Claim> lost = slow.claim(MANY);
        Future<?> running = threads.submit(() -> lost.forEach(slow::process));
        isInside.await();
        letLeasesRunOut();

        // The one that takes over waits for the transaction of the first one, and looks again later.
        Node impatient = Node.on(database)
                .queueing()
                .deadline(Duration.ofMillis(200))
                .handlers(effects(database))
                .build();
        OffsetDateTime before = now();
        assertThat(TestQueue.runOnce(worker(impatient), MANY)).isOne();
        assertThat(queued(event)).containsEntry("attempts", 1);
        assertThat(isPutOff(event, before)).isTrue();
        mayGoOn.countDown();
        running.get();
        assertThat(effects()).as("the lease was lost, so the work is undone").isEmpty();

        queueing().settle();
        assertThat(effects()).containsExactly(event.id());
        assertThat(count("duplicate_deliveries")).isZero();
    }

    @Test
    void aFailureAfterTheLeaseWasTakenOverWritesNothing() throws Exception {
        Event event = nth("late", 1);
        enqueue(event);
        Worker late = worker(queueing(e -> {
            throw new IllegalStateException("too late to be heard");
        }));
        List<Claim> lost = late.claim(MANY);
        letLeasesRunOut();
        Worker other = worker(queueing());
        List<Claim> taken = other.claim(MANY);

        lost.forEach(late::process);

        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains("did not give the lease back");
        taken.forEach(other::process);
        assertThat(effects()).containsExactly(event.id());
    }

    @Test
    void aFailureThatSomebodyElseHasNotedIsNotNotedTwice() throws Exception {
        Event event = nth("late", 1);
        enqueue(event);
        Worker failing = worker(queueing(e -> {
            throw new IllegalStateException("always");
        }));
        List<Claim> lost = failing.claim(MANY);
        letLeasesRunOut();
        TestQueue.runOnce(failing, MANY);

        lost.forEach(failing::process);

        // The lease that was not given back, and the failure of whoever took it over.
        assertThat(queued(event)).containsEntry("attempts", 2);
        assertThat(count("ordering_leases")).isZero();
    }

    @Test
    void anEventThatEndsOneNodeAfterTheOtherDiesInTheEnd() throws Exception {
        Event event = nth("deadly", 1);
        enqueue(event);
        Node node = Node.on(database)
                .queueing()
                .maxAttempts(3)
                .handlers(effects(database))
                .build();

        for (int crashes = 0; crashes < 3; crashes++) {
            assertThat(worker(node).claim(MANY)).hasSize(1);
            letLeasesRunOut();
        }

        assertThat(worker(node).claim(MANY)).isEmpty();
        assertThat(queued(event)).containsEntry("state", "dead").containsEntry("attempts", 3);
        assertThat(count("ordering_leases")).isZero();
    }

    @Test
    void aClaimOfWhatIsProcessedAtTheSameMomentIsGivenBack() throws Exception {
        enqueue(nth("gone", 1));

        assertThat(claimWhileTheHolderOfARunOutLeaseCommits(nth("gone", 1))).isEmpty();

        assertThat(count("ordering_leases")).isZero();
    }

    @Test
    void aClaimWhoseFirstEventHasJustGoneIsOneOfTheNext() throws Exception {
        enqueue(nth("gone", 1), nth("gone", 2));

        List<Claim> claims = claimWhileTheHolderOfARunOutLeaseCommits(nth("gone", 1));

        assertThat(idsOf(claims)).containsExactly(ids(nth("gone", 2)));
    }

    @Test
    void claimsAtOnceShareNoKeyAndDoNotDeadlock() throws Exception {
        int keys = 30;
        int claimants = 4;
        for (int i = 0; i < keys; i++) {
            enqueue(nth("key" + i, 1), nth("key" + i, 2));
        }
        Worker worker = worker(queueing());
        for (int round = 0; round < 100; round++) {
            // Every other time they take over what has run out.
            letLeasesRunOut();
            CyclicBarrier together = new CyclicBarrier(claimants);
            List<Future<List<Claim>>> claims = new ArrayList<>();
            for (int i = 0; i < claimants; i++) {
                claims.add(threads.submit(() -> {
                    together.await();
                    return worker.claim(keys / 2);
                }));
            }
            List<String> claimed = new ArrayList<>();
            for (Future<List<Claim>> claim : claims) {
                claimed.addAll(idsOf(claim.get()));
            }
            assertThat(claimed).hasSizeBetween(keys / 2, keys).doesNotHaveDuplicates();
            if (round % 2 == 0) {
                jdbc.sql("truncate inbox.ordering_leases").update();
            }
        }
    }

    /** The holder has done its work and gives its lease back; the claim has seen the event still. */
    private List<Claim> claimWhileTheHolderOfARunOutLeaseCommits(Event event) throws Exception {
        Worker worker = worker(queueing());
        worker.claim(MANY);
        letLeasesRunOut();
        try (Connection holder = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            try (var process = holder.prepareStatement("""
                            insert into inbox.processed_events
                                   (event_id, natural_key, app, corp_id, event_type, transport, received_at, payload,
                                    payload_sha256)
                            select event_id, natural_key, app, corp_id, event_type, transport, received_at, payload,
                                   payload_sha256
                              from inbox.queued_events where event_id = ?
                            """)) {
                process.setString(1, event.id());
                process.executeUpdate();
            }
            try (var delete = holder.prepareStatement("delete from inbox.queued_events where event_id = ?")) {
                delete.setString(1, event.id());
                delete.executeUpdate();
            }
            try (var release = holder.createStatement()) {
                release.executeUpdate("delete from inbox.ordering_leases");
            }
            Future<List<Claim>> claims = threads.submit(() -> worker.claim(MANY));
            awaitALockWait();
            holder.commit();
            return claims.get();
        }
    }

    private static List<String> idsOf(List<Claim> claims) {
        return claims.stream().map(c -> c.queued().event().id()).toList();
    }
}
