package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.Shedlock.Holder;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
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
 * The right to clean up: one at a time, over all nodes and commands. It runs out by the database's clock, so that a node that
 * has died does not keep it, and its holder makes sure of it before every batch.
 */
final class CleanupLock {
    static final String NAME = "dingtalk-inbox-cleanup";

    private final JdbcTemplate jdbc;
    private final Shedlock shedlock;
    private final String holder;
    private final Duration length;
    private final Clock clock;

    /**
     * @param holder who asks for it
     * @param length how long it lasts without a word from its holder
     */
    CleanupLock(DataSource dataSource, String holder, Duration length, Clock clock) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.shedlock = new Shedlock(JdbcClient.create(dataSource));
        this.holder = holder;
        this.length = length;
        this.clock = clock;
    }

    /** Takes it; null if somebody else has it. */
    @Nullable
    Held take() {
        // Two runs of one process are two holders: one must not be able to extend the lock of the other.
        LockProvider provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(jdbc)
                .withTransactionManager(new JdbcTransactionManager(dataSource()))
                .withLockedByValue(holder + " " + UUID.randomUUID())
                // Else it asks the database, and says nothing of it if that does not let it in.
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

    /** Who has it. */
    Optional<Holder> holder() {
        return shedlock.find(NAME);
    }

    private DataSource dataSource() {
        DataSource dataSource = jdbc.getDataSource();
        if (dataSource == null) {
            throw new IllegalStateException("A template that was made with a data source has one");
        }
        return dataSource;
    }

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

    /** Somebody else may be cleaning up now. */
    static final class LockLost extends RuntimeException {
        private LockLost(@Nullable Exception cause) {
            super("The lock of the cleanup is lost", cause);
        }
    }
}
