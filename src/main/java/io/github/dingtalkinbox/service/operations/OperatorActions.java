package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code operator_actions} table. Append only.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class OperatorActions {
    static final String REPLAY = "replay";
    static final String DISCARD = "discard";
    static final String DROP = "drop";
    static final String REPEAT = "repeat";

    private static final String INSERT = """
            insert into inbox.operator_actions
                   (event_id, corp_id, event_type, action, state_before, attempts_before, error_before,
                    operator, origin, reason)
            values (:event_id, :corp_id, :event_type, :action, :state_before, :attempts_before, :error_before,
                    :operator, :origin, :reason)
            """;

    private static final String FIND = """
            select action, state_before, operator, origin, reason, acted_at
              from inbox.operator_actions
             where event_id = :event_id
             order by acted_at, action_id
            """;

    private final JdbcClient jdbc;

    OperatorActions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Records what is done with a queued event, and its state before that. */
    void insert(String action, QueuedEntry before, Instruction instruction) {
        insert(
                new Subject(
                        before.eventId(),
                        before.corpId(),
                        before.type(),
                        before.state().toString()),
                action,
                before.attempts(),
                before.error(),
                instruction);
    }

    /** Records that the handlers of a processed event run again. */
    void insertRepeat(Event event, Instruction instruction) {
        insert(new Subject(event.id(), event.corpId(), event.type(), "processed"), REPEAT, null, null, instruction);
    }

    private void insert(
            Subject subject,
            String action,
            @Nullable Integer attempts,
            @Nullable String error,
            Instruction instruction) {
        jdbc.sql(INSERT)
                .param("event_id", subject.eventId())
                .param("corp_id", subject.corpId())
                .param("event_type", subject.type())
                .param("action", action)
                .param("state_before", subject.state())
                .param("attempts_before", attempts)
                .param("error_before", error)
                .param("operator", instruction.operator())
                .param("origin", instruction.origin())
                .param("reason", instruction.reason())
                .update();
    }

    /** What operators did with an event, in that order. */
    List<PastAction> find(String eventId) {
        return jdbc.sql(FIND)
                .param("event_id", eventId)
                .query((row, number) -> new PastAction(
                        row.getString("action"),
                        row.getString("state_before"),
                        row.getString("operator"),
                        row.getString("origin"),
                        row.getString("reason"),
                        SqlTimes.instant(row, "acted_at")))
                .list();
    }

    private record Subject(String eventId, String corpId, String type, String state) {}
}
