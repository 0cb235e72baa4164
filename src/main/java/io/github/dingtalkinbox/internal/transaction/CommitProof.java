package io.github.dingtalkinbox.internal.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Whether one transaction has really committed. That {@code commit} returns without an exception does not say so:
 *
 * <ul>
 *   <li>PostgreSQL turns the commit of an aborted transaction into a rollback, and neither the driver nor Spring says a word.
 *   <li>If the wait for a synchronous standby is cancelled, PostgreSQL has committed on this server alone, and says so in
 *       a warning. After a failover the transaction is gone.
 *   <li>Behind a pooler in transaction mode, the prepared {@code COMMIT} of the driver may run as another statement. The
 *       transaction stays open, and is rolled back later.
 * </ul>
 *
 * So the driver must be idle after the commit, and must have heard nothing besides. All of it is known without a round trip.
 */
final class CommitProof {
    /** SQLSTATE class of a notice: whatever it says, the statement was successful. */
    private static final String SUCCESS = "00";

    private final ProvenTransactions transactions;
    private final CommitWatch watch;
    private @Nullable Connection connection;
    private @Nullable String doubt = "The commit was never reached";

    CommitProof(ProvenTransactions transactions, CommitWatch watch) {
        this.transactions = transactions;
        this.watch = watch;
    }

    /** Whether the transaction is known to have committed, whatever was thrown afterwards. */
    boolean isGiven() {
        return doubt == null;
    }

    /** @throws CommitUnproven if it is not known to have committed */
    void require() {
        String why = doubt;
        if (why != null) {
            throw new CommitUnproven(why);
        }
    }

    /** To be registered after the handlers: it runs after what they have put off until the commit. */
    TransactionSynchronization last() {
        return new TransactionSynchronization() {
            /** The last moment at which a failure is rolled back and heard. */
            @Override
            public void beforeCommit(boolean readOnly) {
                transactions.requireSound();
            }

            /** The last moment before the commit. Spring swallows whatever is thrown here, so it is only noted. */
            @Override
            public void beforeCompletion() {
                begin(transactions.connection());
            }
        };
    }

    /** Runs before what handlers have put off until after the commit. */
    TransactionSynchronization first() {
        return new TransactionSynchronization() {
            @Override
            public int getOrder() {
                return Ordered.HIGHEST_PRECEDENCE;
            }

            @Override
            public void afterCommit() {
                Connection committed = connection;
                if (committed != null) {
                    doubt = doubtAfter(committed);
                }
            }
        };
    }

    private void begin(Connection committing) {
        if (ProvenTransactions.state(committing) != TransactionState.OPEN) {
            doubt =
                    "A handler's beforeCompletion has caused an SQL error, so PostgreSQL has rolled the transaction back"
                            + " instead of committing it. Nothing may touch the database there";
            return;
        }
        try {
            committing.unwrap(BaseConnection.class).clearWarnings(); // those of handlers
            connection = committing;
            watch.begin(this);
        } catch (SQLException e) {
            doubt = "The connection broke before the commit";
        }
    }

    private @Nullable String doubtAfter(Connection committed) {
        try {
            if (committed.isClosed()) {
                return "The connection was given back, or broke, before its commit could be proven";
            }
            BaseConnection physical = committed.unwrap(BaseConnection.class);
            if (physical.getTransactionState() != TransactionState.IDLE) {
                transactions.discard(committed);
                return "The transaction was still open after its commit: a pooler between the service and PostgreSQL"
                        + " does not keep one session for each connection";
            }
            for (SQLWarning warning = physical.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                String state = String.valueOf(warning.getSQLState());
                if (!state.startsWith(SUCCESS)) {
                    return "PostgreSQL has committed with a warning, SQLSTATE " + state
                            + ": a standby may not have the transaction";
                }
            }
            return null;
        } catch (SQLException e) {
            return "The connection broke after the commit";
        }
    }
}
