package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The {@code cleanup_lock} table: its row is the right to clean up, held by one run at a time over all nodes and
 * commands. It expires by the database's clock, so that a dead node does not keep it, and its holder checks it before
 * every batch.
 *
 * <p>Not a row lock as in {@code recovery_polls}: a run may take hours, and an open transaction would hold up vacuum
 * and the seals for as long.
 */
final class CleanupLock {
    // What ends later than any run can have set was not set by one, and would stop the cleanup for as long as it says.
    private static final String TAKE = """
            insert into inbox.cleanup_lock as held (name, locked_by, locked_at, locked_until)
            values ('cleanup', :holder, clock_timestamp(), clock_timestamp() + cast(:length as interval))
                on conflict (name) do update
               set locked_by = excluded.locked_by, locked_at = excluded.locked_at, locked_until = excluded.locked_until
             where not held.locked_until
                       between clock_timestamp() and clock_timestamp() + cast(:length as interval)
            """;

    private static final String EXTEND = """
            update inbox.cleanup_lock
               set locked_until = clock_timestamp() + cast(:length as interval)
             where locked_by = :holder
               and locked_until > clock_timestamp()
            """;

    private static final String HOLDER = """
            select locked_by, locked_until
              from inbox.cleanup_lock
             where locked_until between clock_timestamp() and clock_timestamp() + cast(:length as interval)
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final String node;
    private final Duration length;

    /**
     * @param node its holder
     * @param length after this time without an extension it expires
     */
    CleanupLock(DataSource dataSource, String node, Duration length) {
        this.jdbc = JdbcClient.create(dataSource);
        // A host application's connections may have auto-commit off.
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        // A day is read in a long transaction, during which the lock is extended.
        this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.node = node;
        this.length = length;
    }

    /** Takes the lock; null if another run has it. */
    @Nullable
    Held take() {
        // Two runs in one process are two holders: one must not extend the lock of the other.
        Held held = new Held(node + " " + UUID.randomUUID());
        return held.update(TAKE, length) ? held : null;
    }

    /** Who holds it; empty if it is free. */
    Optional<LockHolder> holder() {
        return jdbc.sql(HOLDER)
                .param("length", SqlTimes.interval(length))
                .query((row, n) -> new LockHolder(row.getString("locked_by"), SqlTimes.instant(row, "locked_until")))
                .optional();
    }

    /** @param until when it expires unless it is extended */
    record LockHolder(String name, Instant until) {}

    /** The lock while it is held. */
    final class Held implements AutoCloseable {
        private final String holder;

        private Held(String holder) {
            this.holder = holder;
        }

        private boolean update(String statement, Duration duration) {
            Integer rows = transaction.execute(status -> jdbc.sql(statement)
                    .param("holder", holder)
                    .param("length", SqlTimes.interval(duration))
                    .update());
            return rows == 1;
        }

        /**
         * Extends the lock to its whole length. Call this before every batch.
         *
         * @throws LockLost if it has expired, so that another run may have it
         */
        void requireHeld() {
            try {
                if (!update(EXTEND, length)) {
                    throw new LockLost(null);
                }
            } catch (DataAccessException | TransactionException e) {
                throw new LockLost(e);
            }
        }

        @Override
        public void close() {
            try {
                update(EXTEND, Duration.ZERO);
            } catch (DataAccessException | TransactionException e) {
                // It expires by itself, and the outcome of the run is already recorded.
            }
        }
    }

    /** Another run may have started. */
    static final class LockLost extends RuntimeException {
        private LockLost(@Nullable Exception cause) {
            super("The lock of the cleanup is lost", cause);
        }
    }
}
