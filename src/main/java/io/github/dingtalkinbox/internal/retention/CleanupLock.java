package io.github.dingtalkinbox.internal.retention;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.sql.DatabaseProduct;
import net.javacrumbs.shedlock.support.LockException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * The {@code shedlock} table, and in it the right to clean up: one at a time, over all nodes and commands. It runs out by
 * the database's clock, so that a node that has died does not keep it, and its holder makes sure of it before every batch.
 *
 * <p>No row lock, as {@code recovery_polls} has one: a run may take hours, and an open transaction would hold up vacuum and
 * the seals for as long.
 */
final class CleanupLock {
    static final String NAME = "dingtalk-inbox-cleanup";

    private static final String HOLDER = """
            select locked_by, lock_until
              from inbox.shedlock
             where name = :name
               and lock_until > timezone('utc', now())
            """;

    private final DataSource dataSource;
    private final String holder;
    private final Duration length;
    private final Clock clock;

    /**
     * @param holder who asks for it
     * @param length how long it lasts without a word from its holder
     */
    CleanupLock(DataSource dataSource, String holder, Duration length, Clock clock) {
        this.dataSource = dataSource;
        this.holder = holder;
        this.length = length;
        this.clock = clock;
    }

    /** Takes it; null if another run has it. */
    @Nullable
    Held take() {
        // Two runs of one process are two holders: one must not be able to extend the lock of the other.
        LockProvider provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(dataSource))
                .withTransactionManager(new JdbcTransactionManager(dataSource))
                .withLockedByValue(holder + " " + UUID.randomUUID())
                // Otherwise it asks the database which product it is, and hides that it was not let in.
                .withTableName("inbox.shedlock")
                .withDatabaseProduct(DatabaseProduct.POSTGRES_SQL)
                .usingDbTime()
                .build());
        try {
            return provider.lock(new LockConfiguration(clock.instant(), NAME, length, Duration.ZERO))
                    .map(lock -> new Held(lock, length))
                    .orElse(null);
        } catch (LockException e) {
            throw e.getCause() instanceof DataAccessException cause ? cause : e;
        } catch (CannotCreateTransactionException e) {
            throw e.getCause() instanceof SQLException why
                    ? new CannotGetJdbcConnectionException("The cleanup has no connection", why)
                    : e;
        }
    }

    /** Who has it; empty if it is free. */
    Optional<Holder> holder() {
        return JdbcClient.create(dataSource)
                .sql(HOLDER)
                .param("name", NAME)
                .query((row, n) -> new Holder(
                        row.getString("locked_by"),
                        row.getObject("lock_until", LocalDateTime.class).toInstant(ZoneOffset.UTC)))
                .optional();
    }

    /** @param until when it runs out if its holder is gone */
    record Holder(String name, Instant until) {}

    /** The lock while one has it. For one thread. */
    static final class Held implements AutoCloseable {
        private final Duration length;
        private volatile SimpleLock lock;

        private Held(SimpleLock lock, Duration length) {
            this.lock = lock;
            this.length = length;
        }

        /**
         * Makes it last for its whole length again. To be called before every batch.
         *
         * @throws LockLost if it has run out, and another one may have it
         */
        void requireHeld() {
            try {
                lock = lock.extend(length, Duration.ZERO).orElseThrow(() -> new LockLost(null));
            } catch (LockException | DataAccessException e) {
                throw new LockLost(e);
            }
        }

        @Override
        public void close() {
            try {
                lock.unlock();
            } catch (LockException | DataAccessException | IllegalStateException e) {
                // It runs out by itself, and the outcome of the run stands already.
            }
        }
    }

    /** Another run may be cleaning up now. */
    static final class LockLost extends RuntimeException {
        private LockLost(@Nullable Exception cause) {
            super("The lock of the cleanup is lost", cause);
        }
    }
}
