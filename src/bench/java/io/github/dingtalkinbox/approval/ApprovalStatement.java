package io.github.dingtalkinbox.approval;

import io.github.dingtalkinbox.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.ParsedSql;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The statement with which the built-in handler keeps the approvals, ready for a driver: so whoever else does the same
 * business update pays for the update alone.
 *
 * @param sql with a question mark for each parameter
 * @param parameters arrays of texts
 */
public record ApprovalStatement(String sql, List<Object> parameters) {
    /** What the handler does with this event alone. */
    public static ApprovalStatement of(Event event) {
        Recording recording = new Recording();
        JdbcClient jdbc = JdbcClient.create(recording);
        new ApprovalHandler(new ApprovalInstances(jdbc), new ApprovalTasks(jdbc)).handleAll(List.of(event));
        return recording.statements.get(0);
    }

    /** Takes statements down instead of running them. */
    private static final class Recording extends NamedParameterJdbcTemplate {
        private final List<ApprovalStatement> statements = new ArrayList<>();

        private Recording() {
            super(new JdbcTemplate());
        }

        @Override
        public int update(String sql, SqlParameterSource parameters) {
            ParsedSql parsed = NamedParameterUtils.parseSqlStatement(sql);
            statements.add(new ApprovalStatement(
                    NamedParameterUtils.substituteNamedParameters(parsed, parameters),
                    List.of(NamedParameterUtils.buildValueArray(parsed, parameters, null))));
            return 1;
        }
    }
}
