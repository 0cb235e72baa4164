package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Places and releases legal holds: what the cleanup must not remove. Both are recorded for good, and sealed. */
public final class LegalHolds {
    private final HeldRows rows;
    private final TransactionTemplate transaction;

    public LegalHolds(DataSource dataSource) {
        this.rows = new HeldRows(JdbcClient.create(dataSource));
        // A host application's connections may have auto-commit off.
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /** Places a hold, and returns its id. */
    public UUID place(HeldEvents events, Instruction instruction) {
        return transaction.execute(status -> rows.place(events, instruction));
    }

    /** Releases a hold. False if there is none, or it was released before. */
    public boolean release(UUID hold, Instruction instruction) {
        return transaction.execute(status -> rows.release(hold, instruction));
    }

    /** All holds, the latest first. */
    public List<PlacedHold> all() {
        return rows.all();
    }

    /**
     * What a hold keeps: the events to which all that is given applies, and their duplicates.
     *
     * @param approval DingTalk's processInstanceId; null, here and below: any
     * @param from processed at this time or later
     * @param to processed before this time
     */
    public record HeldEvents(
            @Nullable String approval,
            @Nullable String corpId,
            @Nullable String eventType,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /**
     * A hold.
     *
     * @param releasedAt null: it holds
     */
    public record PlacedHold(
            UUID id,
            HeldEvents events,
            Instant placedAt,
            String operator,
            String reason,
            @Nullable Instant releasedAt) {}

    /** The {@code legal_holds} and {@code legal_hold_releases} tables. Append only. */
    private record HeldRows(JdbcClient jdbc) {
        private static final String PLACE = """
                insert into inbox.legal_holds
                       (hold_id, process_instance_id, corp_id, event_type, held_from, held_to, operator, origin, reason)
                values (:hold, :approval, :corp, :type, cast(:from as timestamptz), cast(:to as timestamptz), :operator,
                        :origin, :reason)
                """;

        private static final String RELEASE = """
                insert into inbox.legal_hold_releases (hold_id, operator, origin, reason)
                select h.hold_id, :operator, :origin, :reason
                  from inbox.legal_holds h
                 where h.hold_id = :hold
                    on conflict do nothing
                """;

        private static final String ALL = """
                select *
                  from inbox.audit_holds
                 order by placed_at desc, hold_id
                """;

        private UUID place(HeldEvents events, Instruction instruction) {
            UUID hold = UUID.randomUUID();
            jdbc.sql(PLACE)
                    .param("hold", hold)
                    .param("approval", events.approval(), Types.VARCHAR)
                    .param("corp", events.corpId(), Types.VARCHAR)
                    .param("type", events.eventType(), Types.VARCHAR)
                    .param("from", SqlTimes.parameterOrNull(events.from()), Types.TIMESTAMP_WITH_TIMEZONE)
                    .param("to", SqlTimes.parameterOrNull(events.to()), Types.TIMESTAMP_WITH_TIMEZONE)
                    .param("operator", instruction.operator())
                    .param("origin", instruction.origin())
                    .param("reason", instruction.reason())
                    .update();
            return hold;
        }

        private boolean release(UUID hold, Instruction instruction) {
            return jdbc.sql(RELEASE)
                            .param("hold", hold)
                            .param("operator", instruction.operator())
                            .param("origin", instruction.origin())
                            .param("reason", instruction.reason())
                            .update()
                    == 1;
        }

        private List<PlacedHold> all() {
            return jdbc.sql(ALL)
                    .query((row, n) -> new PlacedHold(
                            row.getObject("hold_id", UUID.class),
                            new HeldEvents(
                                    row.getString("process_instance_id"),
                                    row.getString("corp_id"),
                                    row.getString("event_type"),
                                    SqlTimes.instantOrNull(row, "held_from"),
                                    SqlTimes.instantOrNull(row, "held_to")),
                            SqlTimes.instant(row, "placed_at"),
                            row.getString("operator"),
                            row.getString("reason"),
                            SqlTimes.instantOrNull(row, "released_at")))
                    .list();
        }
    }
}
