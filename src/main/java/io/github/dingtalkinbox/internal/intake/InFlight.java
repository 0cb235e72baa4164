package io.github.dingtalkinbox.internal.intake;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * The events whose transactions are running just now in this process. It judges nothing: it only lets a twin wait here, where
 * it costs nothing, rather than in the database, where it would hold a connection, and the transaction that it shares.
 *
 * <p>Used by {@link GroupCommit} alone, under its lock.
 */
final class InFlight {
    private final Set<String> identities = new HashSet<>();

    boolean hasTwinOf(Submission submission) {
        return !Collections.disjoint(submission.identities(), identities);
    }

    void enter(Group group) {
        group.members().forEach(member -> identities.addAll(member.identities()));
    }

    void leave(Group group) {
        group.members().forEach(member -> identities.removeAll(member.identities()));
    }
}
