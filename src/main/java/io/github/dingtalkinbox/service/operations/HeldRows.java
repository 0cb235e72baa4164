package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.service.operations.LegalHolds.HeldEvents;
import io.github.dingtalkinbox.service.operations.LegalHolds.PlacedHold;
import java.sql.Types;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code legal_holds} and {@code legal_hold_releases} tables. Append only. */
record HeldRows(JdbcClient jdbc) {
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

    UUID place(HeldEvents events, Instruction instruction) {
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

    boolean release(UUID hold, Instruction instruction) {
        return jdbc.sql(RELEASE)
                        .param("hold", hold)
                        .param("operator", instruction.operator())
                        .param("origin", instruction.origin())
                        .param("reason", instruction.reason())
                        .update()
                == 1;
    }

    List<PlacedHold> all() {
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
