package io.github.dingtalkinbox.service.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The result of looking in the database for everything that a journal says was answered {@code success}.
 *
 * @param deliveries in the journal
 * @param events different ones in it
 * @param cutOff lines of the journal that a killed sender did not finish, whose deliveries are unknown
 * @param answered events that were answered {@code success} at least once
 * @param processed how many of them are in the event log
 * @param queued how many of them are accepted and not processed, by state
 * @param lost those that are in neither
 * @param twice those that are stored more than once
 * @param since events that were processed or queued earlier were not searched
 */
public record JournalFindings(
        int deliveries,
        int events,
        int cutOff,
        int answered,
        int processed,
        Map<String, Integer> queued,
        List<JournalEntry> lost,
        List<JournalEntry> twice,
        Instant since) {

    /** Whether every event that was answered is stored exactly once. */
    public boolean isEmpty() {
        return lost.isEmpty() && twice.isEmpty();
    }
}
