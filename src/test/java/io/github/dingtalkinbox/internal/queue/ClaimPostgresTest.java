package io.github.dingtalkinbox.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.queue.Worker.Claim;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a claim costs when much waits: the events behind a dead one are looked at first, and none of them is due. */
class ClaimPostgresTest extends QueueFixture {
    /** Many times what it takes on a machine at rest (60 ms); a plan that compares all with all takes minutes. */
    private static final Duration BOUND = Duration.ofSeconds(5);

    private static final int CLAIMS = 9;

    ClaimPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aClaimPassesOverWhatWaitsBehindADeadEvent() {
        fill("when i <= 20000 then 'dead'");

        assertThat(typicalClaim()).isLessThan(BOUND);
    }

    @Test
    void aClaimPassesOverWhatWaitsBehindManyDeadEvents() {
        fill("when i <= 20000 then 'dead' || i % 5000");
        jdbc.sql("update inbox.queued_events set state = 'dead', next_attempt_at = null where event_id in"
                        + " (select 'default:' || i from generate_series(1, 5000) i)")
                .update();

        assertThat(typicalClaim()).isLessThan(BOUND);
    }

    /** Statistics that were taken when there was one key only must not lead to a plan that compares all with all. */
    @Test
    void aClaimDoesNotRelyOnStatistics() {
        jdbc.sql("alter table inbox.queued_events set (autovacuum_enabled = false)")
                .update();
        fill("when i <= 2000 then 'one'", 2000);
        jdbc.sql("analyze inbox.queued_events").update();
        jdbc.sql("truncate inbox.queued_events, inbox.accepted_events").update();
        fill("when i <= 20000 then 'dead'");

        assertThat(typicalClaim()).isLessThan(BOUND);
    }

    /** Nor those of an analyze that met a burst before its commit: it saw pages, and nothing in them. */
    @Test
    void aClaimDoesNotBelieveThatTheQueueIsEmpty() {
        jdbc.sql("alter table inbox.queued_events set (autovacuum_enabled = false)")
                .update();
        fill("when i <= 2000 then 'one'", 2000);
        jdbc.sql("analyze inbox.queued_events").update();
        jdbc.sql("truncate inbox.queued_events, inbox.accepted_events").update();
        fill("when i <= 20000 then 'dead' || i % 5000");
        jdbc.sql("update pg_class set reltuples = 0, relpages = pg_relation_size(oid) / 8192"
                        + " where oid = 'inbox.queued_events'::regclass")
                .update();

        assertThat(typicalClaim()).isLessThan(BOUND);
    }

    @AfterEach
    void rightStatistics() {
        jdbc.sql("alter table inbox.queued_events reset (autovacuum_enabled)").update();
        jdbc.sql("analyze inbox.queued_events, inbox.accepted_events")
                .update(); // the invariants do not have to do without
    }

    private void fill(String key) {
        fill(key, 100_000);
    }

    /** The first event is dead; the others are due, the first to happen first. Half of the rest has no order. */
    private void fill(String key, int events) {
        jdbc.sql("""
                        insert into inbox.queued_events
                               (event_id, ordering_key, app, corp_id, event_type, state, attempts, next_attempt_at,
                                late_copy, occurred_at, received_at, transport, payload, payload_sha256)
                        select 'default:' || i,
                               case %s
                                    when i %% 2 = 0 then 'key' || i %% 10000
                                    else 'default:' || i end,
                               'default', 'ding1', 'bpms_task_change',
                               case when i = 1 then 'dead' else 'pending' end, 0,
                               case when i > 1 then now() - interval '2 minutes' + i * interval '1 ms' end, false,
                               now() - interval '2 hours' + i * interval '1 ms', now() + i * interval '1 ms', 'http',
                               '{}', sha256('')
                          from generate_series(1, :events) i
                        """.formatted(key)).param("events", events).update();
        jdbc.sql("insert into inbox.accepted_events (event_id, corp_id, event_type)"
                        + " select event_id, corp_id, event_type from inbox.queued_events on conflict do nothing")
                .update();
    }

    /** The median: on a machine that does other things at the same time, one claim says little. */
    private Duration typicalClaim() {
        Worker worker = worker(queueing());
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < CLAIMS; i++) {
            long begin = System.nanoTime();
            List<Claim> claims = worker.claim(4);
            times.add(Duration.ofNanos(System.nanoTime() - begin));
            assertThat(claims).hasSize(4);
        }
        Collections.sort(times);
        return times.get(CLAIMS / 2);
    }
}
