package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.text.Message;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a check of the seals, which should have no findings.
 *
 * @param seals how many there are
 * @param events sealed, and still there
 * @param removed events that the cleanup removed
 * @param removedUpTo end of the last day of which it removed some; null: none
 * @param sealedUpTo end of the last sealed hour; null: none
 * @param head the last seal, to be kept where it cannot be changed; null: there is none
 * @param first findings, at most {@value #MOST}
 * @param more the number of further findings
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

    /** Whether there are no findings. */
    public boolean isEmpty() {
        return first.isEmpty();
    }

    /** The first findings, in English. */
    public List<String> findings() {
        return first.stream().map(Message::text).toList();
    }
}
