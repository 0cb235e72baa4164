package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.text.Message;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a check of the seals has found, which should be nothing.
 *
 * @param seals how many there are
 * @param events whose seal was checked
 * @param removed seals whose events the cleanup has removed: of them, the chain was checked
 * @param removedUpTo end of the last hour of which it has removed any; null: none
 * @param sealedUpTo end of the last hour that is sealed; null: none is
 * @param head the last seal, to be kept where nobody can change it; null: there is none
 * @param first that were found, at most {@value #MOST}
 * @param more how many more there are
 */
public record SealFindings(
        long seals,
        long events,
        long removed,
        @Nullable Instant removedUpTo,
        @Nullable Instant sealedUpTo,
        @Nullable ChainHead head,
        List<Message> first,
        long more) {
    static final int MOST = 50;

    /** Whether all is well. */
    public boolean isEmpty() {
        return first.isEmpty();
    }

    /** The first that were found, in English. */
    public List<String> findings() {
        return first.stream().map(Message::text).toList();
    }
}
