package io.github.dingtalkinbox.internal.transaction;

/**
 * A handler left the transaction in a state in which it cannot commit, and did not say so: PostgreSQL would roll it back
 * at the commit without a word.
 */
public final class TransactionAborted extends RuntimeException {
    TransactionAborted(String message) {
        super(message);
    }
}
