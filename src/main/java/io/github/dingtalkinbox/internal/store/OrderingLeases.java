package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.text.Printable;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code ordering_leases} table.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
public final class OrderingLeases {
    // The plan of a claim must not depend on statistics: those of a queue are out of date as soon as they are taken.
    // If they call the table empty, as an analyze does that meets a burst before its commit, the planner compares each
    // event with every other. What is left uses the two indexes of the queue, one event at a time.
    private static final String BY_INDEX = """
            set local enable_seqscan = off;
            set local enable_bitmapscan = off;
            set local enable_hashjoin = off;
            set local enable_mergejoin = off;
            set local enable_material = off
            """;

    // One statement finds what is due and takes it: a second claim gets no row for a key, without a lock that
    // would have to be skipped. Sorted, so that two claims never deadlock.
    private static final String CLAIM = """
            insert into inbox.ordering_leases as held (ordering_key, corp_id, lease_token, holder, leased_until)
            select due.ordering_key, due.corp_id, :lease_token, :holder, now() + cast(:length as interval)
              from (select q.ordering_key, q.corp_id
                      from inbox.queued_events q
                      left join inbox.ordering_leases l
                        on l.ordering_key = q.ordering_key and l.corp_id = q.corp_id and l.leased_until >= now()
                     where q.next_attempt_at <= now()
                       and l.ordering_key is null
                       and not exists (
                             select
                               from inbox.queued_events earlier
                              where earlier.ordering_key = q.ordering_key
                                and earlier.corp_id = q.corp_id
                                and earlier.state <> 'discarded'
                                and (earlier.happened_at, earlier.received_at, earlier.event_id)
                                    < (q.happened_at, q.received_at, q.event_id))
                     order by q.next_attempt_at
                     limit :limit) due
             order by due.corp_id collate "C", due.ordering_key collate "C"
                on conflict (corp_id, ordering_key) do update
               set lease_token = excluded.lease_token, holder = excluded.holder, leased_at = now(),
                   leased_until = excluded.leased_until, takeovers = held.takeovers + 1
             where held.leased_until < now()
            returning corp_id, ordering_key, takeovers > 0 as was_taken_over
            """;

    private static final String RELEASE = """
            delete from inbox.ordering_leases
             where corp_id = :corp_id
               and ordering_key = :ordering_key
               and lease_token = :lease_token
            """;

    private final JdbcClient jdbc;

    public OrderingLeases(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Leases ordering keys whose first event is due, those first that have waited longest. What follows in the
     * transaction is planned to go by indexes, too.
     *
     * @return the keys, and of each whether another worker had leased it and not given it back
     */
    public Map<LeaseKey, Boolean> claim(int limit, UUID token, String holder, Duration length) {
        jdbc.sql(BY_INDEX).update();
        return jdbc.sql(CLAIM)
                .param("limit", limit)
                .param("lease_token", token)
                .param("holder", holder)
                .param("length", SqlTimes.interval(length))
                .query((ResultSet rows) -> {
                    Map<LeaseKey, Boolean> claimed = new HashMap<>();
                    while (rows.next()) {
                        claimed.put(
                                new LeaseKey(rows.getString("corp_id"), rows.getString("ordering_key")),
                                rows.getBoolean("was_taken_over"));
                    }
                    return claimed;
                });
    }

    /**
     * Gives a lease back. It is the last write of whatever was done under it.
     *
     * @throws LeaseLost if it was not ours any more: nothing of that may be committed
     */
    public void release(LeaseKey key, UUID token) {
        int released = jdbc.sql(RELEASE)
                .param("corp_id", key.corpId())
                .param("ordering_key", key.orderingKey())
                .param("lease_token", token)
                .update();
        if (released == 0) {
            throw new LeaseLost(key.orderingKey());
        }
    }

    /**
     * What a lease is on.
     *
     * @param corpId of the events; an ordering key means something within one organisation only
     * @param orderingKey of the events, or the id of the one that has none
     */
    public record LeaseKey(String corpId, String orderingKey) {}

    /** A lease had run out and another worker has taken it, so what was done under it must not be committed. */
    public static final class LeaseLost extends RuntimeException {
        public LeaseLost(String orderingKey) {
            super("The lease on " + Printable.line(orderingKey) + " is not ours any more");
        }
    }
}
