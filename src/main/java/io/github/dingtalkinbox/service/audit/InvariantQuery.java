package io.github.dingtalkinbox.service.audit;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A query of {@code db/audit/invariants}, which must not return a row. */
record InvariantQuery(AuditFile file) {
    /** All of them, by name. */
    static List<InvariantQuery> all() {
        return AuditFile.all("invariants").stream().map(InvariantQuery::new).toList();
    }

    /** Runs the query. */
    InvariantFindings run(JdbcClient jdbc) {
        List<Map<String, Object>> rows = jdbc.sql(file.sql())
                .withMaxRows(InvariantFindings.MOST_ROWS + 1)
                .query()
                .listOfRows();
        boolean more = rows.size() > InvariantFindings.MOST_ROWS;
        return new InvariantFindings(
                file.name(), file.question(), more ? rows.subList(0, InvariantFindings.MOST_ROWS) : rows, more);
    }
}
