package io.github.dingtalkinbox.internal.schema;

import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Whether a connection is one session of the server. Behind a pooler in transaction mode, each transaction gets whichever
 * session is free: the driver's prepared {@code COMMIT} is then another statement in another session, or the transaction
 * runs with settings that another client has left behind.
 *
 * <p>Two connections have transactions that overlap, and that begin and end in every order. A pooler that hands out sessions
 * soon gives one connection the session of the other, whichever free one it takes.
 */
final class SessionPerConnection {
    private static final int ROUNDS = 20;

    /** Some poolers keep a session for a connection from its first setting on, so that comes late. */
    private static final int SETTING_FROM = ROUNDS / 2;

    /** A pooler that has one session for both connections lets the second one wait for the first one. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    private static final String LOOK = """
            select pg_backend_pid() || coalesce(current_setting('inbox.session', true), '')
            """;

    private static final String SET = """
            select set_config('inbox.session', %s, false)
            """;

    private final DataSource dataSource;

    SessionPerConnection(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Fails unless it is.
     *
     * @return whether nothing is in between: a pooler, in session mode too, names other backends than the server does
     * @throws UnsuitableDatabase if it is not, or cannot be found out
     */
    boolean require() {
        try (Connection one = open();
                Connection other = open()) {
            require(List.of(new Session(one), new Session(other)));
            return isDirect(one) && isDirect(other);
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    /** @throws UnsuitableDatabase if something is between this transaction's connection and the server */
    void requireDirect() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            if (!isDirect(connection)) {
                throw unsuitable("something has got in between since the start");
            }
        } catch (SQLException e) {
            throw translated(e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private static boolean isDirect(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1)
                    == connection
                            .unwrap(BaseConnection.class)
                            .getQueryExecutor()
                            .getBackendPID();
        }
    }

    private static void require(List<Session> both) throws SQLException {
        for (Session session : both) {
            session.prepare();
        }
        for (int round = 0; round < ROUNDS; round++) {
            Session first = both.get(round % 2);
            Session second = both.get(1 - round % 2);
            first.look();
            second.look();
            if (first.identity.equals(second.identity)) {
                throw unsuitable("two connections had one session");
            }
            if (round == SETTING_FROM) {
                first.set();
                second.set();
            }
            boolean crossing = round / 2 % 2 == 1;
            (crossing ? second : first).commit();
            (crossing ? first : second).commit();
        }
        for (Session session : both) {
            session.restore();
        }
    }

    private Connection open() {
        try {
            return dataSource.getConnection();
        } catch (SQLException e) {
            throw new CannotGetJdbcConnectionException("There are no two connections at once", e);
        }
    }

    private static RuntimeException translated(SQLException e) {
        boolean isSilent = Causes.of(e).anyMatch(SocketTimeoutException.class::isInstance);
        // The answer of a pooler in statement mode to a BEGIN is a protocol violation.
        if (!isSilent && SqlStates.isDatabaseAway(e) && !SqlStates.isProtocolViolation(e)) {
            return new CannotGetJdbcConnectionException("The connection broke", e);
        }
        UnsuitableDatabase failure = unsuitable(
                isSilent
                        ? "no answer within " + LONGEST_SILENCE.toSeconds() + " s beside another open transaction"
                        : String.valueOf(e.getMessage()));
        failure.initCause(e);
        return failure;
    }

    private static UnsuitableDatabase unsuitable(String finding) {
        return new UnsuitableDatabase(
                "A connection of the data source is not one session of PostgreSQL (" + finding + "). Where a pooler"
                        + " gives each transaction another session, a commit can be reported that has not happened:"
                        + " events that were answered \"success\" are lost.",
                List.of(
                        "Let the pooler keep a session for each connection. PgBouncer: pool_mode = session for this"
                                + " database, and a pool_size of all connections of all nodes.",
                        "Or name the server itself in spring.datasource.url.",
                        "prepareThreshold=0 and PgBouncer's max_prepared_statements are not enough: src/docs/poolers.md"
                                + " says why."));
    }

    /** A connection, and what it must find again in each of its transactions. */
    private static final class Session {
        private final Connection connection;
        private boolean autoCommit;
        private int silence;
        private String identity = "";

        private Session(Connection connection) {
            this.connection = connection;
        }

        private void prepare() throws SQLException {
            autoCommit = connection.getAutoCommit();
            silence = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) LONGEST_SILENCE.toMillis());
            connection.setAutoCommit(false);
        }

        private void look() throws SQLException {
            String found = only(LOOK);
            if (identity.isEmpty()) {
                identity = found;
            } else if (!found.equals(identity)) {
                throw unsuitable("one connection had two sessions");
            }
        }

        private void set() throws SQLException {
            identity += only(SET.formatted("'" + UUID.randomUUID() + "'"));
        }

        private void commit() throws SQLException {
            connection.commit();
            if (connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE) {
                throw unsuitable("a COMMIT did not end its transaction");
            }
        }

        private void restore() throws SQLException {
            only(SET.formatted("null"));
            connection.commit();
            connection.setAutoCommit(autoCommit);
            connection.setNetworkTimeout(Runnable::run, silence);
        }

        private String only(String sql) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
