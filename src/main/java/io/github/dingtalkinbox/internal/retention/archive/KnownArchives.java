package io.github.dingtalkinbox.internal.retention.archive;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code cleanup_runs} table. Here, what it knows of archives. */
final class KnownArchives {
    private static final String FIND = """
            select encode(archive_sha256, 'hex') as sha256,
                   sum(archive_rows)             as rows
              from cleanup_runs
             where archive_file = :file
             group by archive_sha256
            """;

    /** SQLSTATEs: no such table, no right to read it. An archive may be loaded anywhere. */
    private static final Set<String> NOT_HERE = Set.of("42P01", "42501");

    private final JdbcClient jdbc;

    KnownArchives(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** What was written down about a file, before its rows were removed; empty if nothing is known here. */
    Optional<Known> find(String file) {
        try {
            return jdbc.sql(FIND)
                    .param("file", file)
                    .query((row, n) -> new Known(row.getString("sha256"), row.getLong("rows")))
                    .optional();
        } catch (BadSqlGrammarException e) {
            SQLException cause = e.getSQLException();
            if (cause != null && NOT_HERE.contains(String.valueOf(cause.getSQLState()))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    record Known(String sha256, long rows) {}
}
