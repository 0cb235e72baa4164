package io.github.dingtalkinbox.internal.seal;

import java.time.Instant;

/**
 * A row of {@code event_seals}.
 *
 * @param number from 1, without a gap
 * @param hour its start
 * @param eventType empty where no event was processed in the hour
 * @param events how many there were
 * @param keyId which key has made it
 * @param content digest of the events
 * @param sealedAt when it was made
 * @param seal digest of the seal before, and of all of the above
 */
record Seal(
        long number,
        Instant hour,
        String eventType,
        long events,
        String keyId,
        Digest content,
        Instant sealedAt,
        Digest seal) {
    private static final String WHAT = "dingtalk-inbox seal 1";

    static Seal make(
            SealKey key, Digest previous, long number, Instant hour, String type, SealedContent content, Instant now) {
        Seal unsealed = new Seal(number, hour, type, content.events(), key.id(), content.digest(), now, Digest.NONE);
        return new Seal(
                number,
                hour,
                type,
                content.events(),
                key.id(),
                content.digest(),
                now,
                unsealed.computed(key, previous));
    }

    /** What the seal must be. */
    Digest computed(SealKey key, Digest previous) {
        return new MacInput(key, WHAT)
                .add(previous.bytes())
                .add(number)
                .add(hour)
                .add(eventType)
                .add(events)
                .add(keyId)
                .add(content.bytes())
                .add(sealedAt)
                .digest();
    }

    ChainHead head() {
        return new ChainHead(number, seal.toString());
    }

    /** What was sealed of the hour. */
    SealedContent sealed() {
        return new SealedContent(events, content);
    }
}
