package io.github.dingtalkinbox.service.restore;

import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The archives in the {@code cleanup_runs} table. */
final class KnownArchives {
    private static final String FIND = """
            select encode(archive_sha256, 'hex') as sha256,
                   sum(archive_rows)             as rows,
                   table_name,
                   day,
                   array_agg(event_type)         as types
              from inbox.cleanup_runs
             where archive_file = :file
             group by archive_sha256, table_name, day
            """;

    private final JdbcClient jdbc;

    KnownArchives(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** What was recorded about a file before its rows were removed; empty if nothing is known here. */
    Optional<Known> find(String file) {
        try {
            return jdbc.sql(FIND)
                    .param("file", file)
                    .query((row, n) -> new Known(
                            row.getString("sha256"),
                            row.getLong("rows"),
                            row.getString("table_name"),
                            SqlTimes.instant(row, "day"),
                            List.of((String[]) row.getArray("types").getArray())))
                    .optional();
        } catch (BadSqlGrammarException e) {
            // An archive may be loaded into any database.
            if (SqlStates.isUndefined(e) || SqlStates.isForbidden(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What was written into a file: rows of this table, day and these event types. */
    record Known(String sha256, long rows, String table, Instant day, List<String> types) {}
}
