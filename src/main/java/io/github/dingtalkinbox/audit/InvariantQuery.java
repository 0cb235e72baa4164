package io.github.dingtalkinbox.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A query of {@code db/audit/invariants}, which may return no row.
 *
 * @param name of its file
 * @param question its first line
 */
record InvariantQuery(String name, String question, String sql) {
    private static final String FILES = "classpath:dingtalk-inbox/db/audit/invariants/*.sql";
    private static final String COMMENT = "-- ";

    /** All of them, by name. */
    static List<InvariantQuery> all() {
        try {
            Resource[] files =
                    new PathMatchingResourcePatternResolver(InvariantQuery.class.getClassLoader()).getResources(FILES);
            return Arrays.stream(files)
                    .map(InvariantQuery::of)
                    .sorted(Comparator.comparing(InvariantQuery::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The jar lacks the invariant queries", e);
        }
    }

    /** Asks the database. */
    InvariantFindings run(JdbcClient jdbc) {
        List<Map<String, Object>> rows = jdbc.sql(sql)
                .withMaxRows(InvariantFindings.MOST_ROWS + 1)
                .query()
                .listOfRows();
        boolean more = rows.size() > InvariantFindings.MOST_ROWS;
        return new InvariantFindings(name, question, more ? rows.subList(0, InvariantFindings.MOST_ROWS) : rows, more);
    }

    private static InvariantQuery of(Resource file) {
        try {
            String sql = file.getContentAsString(UTF_8);
            String question = sql.lines().findFirst().orElse("");
            return new InvariantQuery(
                    Objects.requireNonNull(file.getFilename()).replace(".sql", ""),
                    question.startsWith(COMMENT) ? question.substring(COMMENT.length()) : question,
                    sql);
        } catch (IOException e) {
            throw new UncheckedIOException("The invariant query " + file + " cannot be read", e);
        }
    }
}
