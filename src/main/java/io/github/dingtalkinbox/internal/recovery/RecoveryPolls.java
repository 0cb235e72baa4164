package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The {@code recovery_polls} table. The lock on the row of an app is the right to call DingTalk for it.
 *
 * <p>A row lock, not a lease: a lease that expires while its holder stalls has two holders. The lock is lost only with
 * the session, and the holder checks the session before every call.
 */
final class RecoveryPolls {
    private static final String ADD = """
            insert into inbox.recovery_polls (app) values (:app) on conflict do nothing
            """;

    // Skip locked: another node polls, so there is nothing to wait for. There is one row only, so none is missed.
    private static final String LOCK = """
            select polled_at is null or polled_at <= clock_timestamp() - cast(:interval as interval) as due
              from inbox.recovery_polls
             where app = :app
               for update skip locked
            """;

    // A stalled node leaves its session idle, and must not block the others for ever: DingTalk forgets after minutes.
    // Much longer than any pause between two checks of the session.
    private static final String LIMIT = """
            select set_config('idle_in_transaction_session_timeout', '120s', true)
            """;

    private static final String STILL_THERE = """
            select 1
            """;

    // now() is when the transaction began, with the poll.
    private static final String END = """
            update inbox.recovery_polls
               set polled_at = now(),
                   succeeded_at = case when cast(:error as text) is null then now() else succeeded_at end,
                   last_error = :error, polls = polls + 1, pages = pages + :pages
             where app = :app
            """;

    private final DataSource dataSource;

    RecoveryPolls(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Takes the turn of polling the app, on a connection of its own.
     *
     * @return null if another node has it, or if the last poll is less than an interval ago
     */
    @Nullable
    Turn take(String app, Duration interval) throws SQLException {
        Turn turn = new Turn(app, dataSource.getConnection());
        boolean isTaken = false;
        try {
            isTaken = turn.begin(interval);
            return isTaken ? turn : null;
        } finally {
            if (!isTaken) {
                turn.close();
            }
        }
    }

    /** The right to call DingTalk for an app, until it is closed or the session ends. For one thread. */
    static final class Turn implements AutoCloseable {
        private final String app;
        private final Connection connection;
        private final boolean wasAutoCommit;
        private final JdbcClient jdbc;

        private Turn(String app, Connection connection) throws SQLException {
            this.app = app;
            this.connection = connection;
            this.wasAutoCommit = connection.getAutoCommit();
            this.jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        }

        private boolean begin(Duration interval) throws SQLException {
            connection.setAutoCommit(false);
            jdbc.sql(ADD).param("app", app).update();
            connection.commit(); // otherwise the other node would wait for this row instead of skipping it
            jdbc.sql(LIMIT).query(String.class).single();
            return jdbc.sql(LOCK)
                    .param("app", app)
                    .param("interval", SqlTimes.interval(interval))
                    .query(Boolean.class)
                    .optional()
                    .orElse(false);
        }

        /**
         * Call this before every call of DingTalk.
         *
         * @throws TurnLost if the session has ended, so that another node may have the turn
         */
        void requireHeld() {
            try {
                jdbc.sql(STILL_THERE).query(Integer.class).single();
            } catch (DataAccessException e) {
                throw new TurnLost(e);
            }
        }

        /** @param error why the poll failed; null: it did not */
        void end(@Nullable String error, int pages) throws SQLException {
            jdbc.sql(END)
                    .param("app", app)
                    .param("error", error, Types.VARCHAR)
                    .param("pages", pages)
                    .update();
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            try (connection) {
                if (!connection.isClosed()) {
                    connection.rollback();
                    connection.setAutoCommit(wasAutoCommit);
                }
            }
        }
    }

    /** The session that held the lock is gone, and the lock with it. */
    static final class TurnLost extends RuntimeException {
        private TurnLost(DataAccessException cause) {
            super("The database session that held the turn is gone", cause);
        }
    }
}
