package io.github.dingtalkinbox.internal.sqlfile;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds broken SQL files before the first event does. Every statement is planned against the real tables, which has no
 * effect. One that takes many events is also run, with two made-up events about one row, and rolled back.
 */
final class SqlFileCheck {
    private static final Logger log = LoggerFactory.getLogger(SqlFileCheck.class);

    private static final String CARDINALITY = "21";
    private static final String SYNTAX_OR_ACCESS = "42";
    /** Connection, rollback, resources, lock not available, operator, system, internal: not the fault of the file. */
    private static final String[] CIRCUMSTANCES = {"08", "40", "53", "55", "57", "58", "XX"};

    private static final String AGGREGATE = "\n    With \"-- many\" the statement gets many events at once, and two of"
            + " them may concern the same row: aggregate them per row first (group by, distinct on),"
            + " or remove the first line to have it run once per event.";

    private final DataSource dataSource;

    SqlFileCheck(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Checks the files that could be read.
     *
     * @param found what is wrong with the others
     * @throws InvalidSqlFile with the problems of all files
     */
    void check(List<SqlFile> files, List<String> found) throws SQLException {
        List<String> problems = new ArrayList<>(found);
        for (SqlFile file : files) {
            try {
                check(file);
                log.info(
                        "Event type {}: {}, {}",
                        file.eventType(),
                        file.source().name(),
                        file.many() ? "once for many events" : "once per event");
            } catch (InvalidSqlFile e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSqlFile(problems);
        }
    }

    private void check(SqlFile file) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                waitForNoLock(connection);
                plan(connection, file);
                if (file.many()) {
                    tryTwoEvents(connection, file);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    /** A table that a migration has locked must not delay the start for long. */
    private static void waitForNoLock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '2s'");
        }
    }

    private static void plan(Connection connection, SqlFile file) {
        try {
            file.explain(connection, SampleEvents.two(file.eventType()));
        } catch (SqlFileFailed e) {
            if (!e.is(CIRCUMSTANCES)) {
                throw new InvalidSqlFile(String.valueOf(e.getMessage()));
            }
            log.warn("The handler could not be checked; it will be used all the same. {}", e.getMessage());
        }
    }

    private static void tryTwoEvents(Connection connection, SqlFile file) {
        try {
            file.run(connection, SampleEvents.two(file.eventType()));
        } catch (SqlFileFailed e) {
            if (e.is(CARDINALITY)) {
                throw new InvalidSqlFile(e.getMessage() + AGGREGATE);
            }
            if (e.is(SYNTAX_OR_ACCESS)) {
                throw new InvalidSqlFile(String.valueOf(e.getMessage()));
            }
            log.info(
                    "The handler could not be tried out with made-up events, which need not mean anything. {}",
                    e.getMessage());
        }
    }
}
