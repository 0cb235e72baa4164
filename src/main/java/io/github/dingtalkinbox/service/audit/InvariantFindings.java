package io.github.dingtalkinbox.service.audit;

import java.util.List;
import java.util.Map;

/**
 * The result of a query of {@code db/audit/invariants}, which should be empty.
 *
 * @param name of the query
 * @param question that it asks
 * @param rows the first that it returned, at most {@value #MOST_ROWS}: values by column
 * @param more whether there are more
 */
public record InvariantFindings(String name, String question, List<Map<String, Object>> rows, boolean more) {
    static final int MOST_ROWS = 20;

    /** Whether all is well. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }
}
