package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.seal.Seal.Sealed;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Seals for tests of other packages. */
public final class TestSeals {
    /** A key as it stands in the configuration. */
    public static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    /** That key. */
    public static final SealKeys KEYS = new SealKeys(List.of(SealKey.parse("key", KEY)));

    /** The same key, and before it a newer one. */
    public static final SealKeys WITH_A_NEW_KEY = new SealKeys(List.of(SealFixture.OTHER_KEY, KEYS.current()));

    private static final Duration HOUR = Duration.ofHours(1);

    private TestSeals() {}

    /** Seals every closed hour with a key as it stands in the configuration. */
    public static void seal(TestDatabase database, String key) {
        new Sealer(database.dataSource(), new SealKeys(List.of(SealKey.parse("key", key))), new SealHeads(List.of()))
                .runOnce();
    }

    /** Seals months of hours at once, up to this one, as the sealer would have done one by one. */
    public static void sealUntil(TestDatabase database, Instant until) {
        JdbcClient jdbc = database.jdbc();
        EventSeals seals = new EventSeals(jdbc, KEYS);
        Sealer sealer = new Sealer(database.dataSource(), KEYS, new SealHeads(List.of()));
        Set<Instant> full = hoursWithRows(jdbc);
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(status -> {
            List<Sealed> all = new ArrayList<>();
            Instant next = seals.lastHour()
                    .map(seal -> seal.what().hour().plus(HOUR))
                    .or(new SealedRows(jdbc)::firstHour)
                    .orElse(until);
            for (Instant hour = next; hour.isBefore(until); hour = hour.plus(HOUR)) {
                boolean isFirst = all.isEmpty() && !seals.exist();
                all.addAll(full.contains(hour) ? sealer.contents(hour, isFirst) : List.of());
                if (all.isEmpty() || !all.get(all.size() - 1).hour().equals(hour)) {
                    all.add(Sealed.rows("processed_events", "", hour, SealedContent.EMPTY));
                }
            }
            seals.add(seals.make(all));
        });
    }

    /** Begins with a day of events that no legal hold keeps, as a run does that is killed then. */
    public static void begin(TestDatabase database, String type, Instant day) {
        JdbcClient jdbc = database.jdbc();
        RemovalSeals seals = new RemovalSeals(jdbc, KEYS);
        UUID run = UUID.randomUUID();
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(status -> {
            jdbc.sql("select inbox.cleanup_start(:run, 'schedule', 'node', 'schedule')")
                    .param("run", run)
                    .query()
                    .singleRow();
            seals.started(run);
            jdbc.sql("""
                            select inbox.cleanup_begin(:run, 'processed_events', array[:type], :day, null, array[null]::bigint[], null,
                                     (select count(*) from inbox.legal_holds) + (select count(*) from inbox.legal_hold_releases))
                            """)
                    .param("run", run)
                    .param("type", type)
                    .param("day", SqlTimes.parameter(day))
                    .query()
                    .singleRow();
            List<String> types = List.of(type);
            seals.begun(run, "processed_events", types, day, seals.prove("processed_events", types, day, () -> {}));
        });
    }

    private static Set<Instant> hoursWithRows(JdbcClient jdbc) {
        return Set.copyOf(jdbc.sql("""
                        select date_trunc('hour', at, 'UTC') from (
                          select processed_at as at from inbox.processed_events
                          union select recorded_at from inbox.duplicate_deliveries
                          union select acted_at from inbox.operator_actions
                          union select placed_at from inbox.legal_holds
                          union select released_at from inbox.legal_hold_releases) t
                         group by 1
                        """)
                .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .list());
    }
}
