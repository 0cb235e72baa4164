package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.store.OrderingLeases.LeaseKey;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code ordering_leases} table. This leases one key for an operator, as workers lease those that are due.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class OperatorLeases {
    // The transaction must not wait for long, because workers that claim wait for it. The setting ends with the
    // transaction.
    private static final String TAKE = """
            with s as materialized (select set_config('lock_timeout', :lock_timeout, true))
            insert into inbox.ordering_leases as held (ordering_key, corp_id, lease_token, holder, leased_until)
            select :ordering_key, :corp_id, :lease_token, :holder, now() + cast(:length as interval)
              from s
                on conflict (corp_id, ordering_key) do update
               set lease_token = excluded.lease_token, holder = excluded.holder, leased_at = now(),
                   leased_until = excluded.leased_until, takeovers = held.takeovers + 1
             where held.leased_until < now()
            """;

    private static final String FIND = """
            select holder, leased_until
              from inbox.ordering_leases
             where corp_id = :corp_id
               and ordering_key = :ordering_key
               and leased_until >= now()
            """;

    private final JdbcClient jdbc;

    OperatorLeases(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Leases this ordering key, in whatever state its events are.
     *
     * @param longestWait for any lock, in the rest of the transaction
     * @return false if another one holds it
     */
    boolean take(LeaseKey key, UUID token, String holder, Duration length, Duration longestWait) {
        return jdbc.sql(TAKE)
                        .param("lock_timeout", longestWait.toMillis() + "ms")
                        .param("ordering_key", key.orderingKey())
                        .param("corp_id", key.corpId())
                        .param("lease_token", token)
                        .param("holder", holder)
                        .param("length", SqlTimes.interval(length))
                        .update()
                == 1;
    }

    /** The current lease of this ordering key, if there is one. */
    Optional<Lease> find(LeaseKey key) {
        return jdbc.sql(FIND)
                .param("corp_id", key.corpId())
                .param("ordering_key", key.orderingKey())
                .query((row, number) -> new Lease(row.getString("holder"), SqlTimes.instant(row, "leased_until")))
                .optional();
    }
}
