package io.github.dingtalkinbox.internal.transaction;

/**
 * A commit returned, but it is not known whether the transaction has committed everywhere it has to. What it wrote must be
 * looked up in another transaction before anything is answered.
 */
public final class CommitUnproven extends RuntimeException {
    CommitUnproven(String message) {
        super(message);
    }
}
