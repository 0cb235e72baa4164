package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The statement with which the built-in handler keeps the approvals, ready for a driver: so whoever else does the same
 * business update pays for the update alone. For one thread.
 */
public final class ApprovalStatement {
    private final Recording recording = new Recording();
    private final BatchEventHandler handler = BuiltInHandler.on(JdbcClient.create(recording));

    /** What the handler runs for an event like this one, with a question mark for each parameter. */
    public String sql(Event event) throws Exception {
        handler.handle(event);
        return recording.positional();
    }

    /** Its parameters for this event alone: arrays of texts. */
    public List<Object> parameters(Event event) throws Exception {
        handler.handle(event);
        return recording.values();
    }

    /** Takes the last statement down instead of running it. */
    private static final class Recording extends NamedParameterJdbcTemplate {
        private final List<String> statements = new ArrayList<>();
        private final List<SqlParameterSource> parameters = new ArrayList<>();

        private Recording() {
            super(new JdbcTemplate());
        }

        @Override
        public int update(String sql, SqlParameterSource named) {
            statements.clear();
            statements.add(sql);
            parameters.clear();
            parameters.add(named);
            return 1;
        }

        private String positional() {
            return NamedParameterUtils.substituteNamedParameters(getParsedSql(statements.get(0)), parameters.get(0));
        }

        private List<Object> values() {
            return List.of(
                    NamedParameterUtils.buildValueArray(getParsedSql(statements.get(0)), parameters.get(0), null));
        }
    }
}
