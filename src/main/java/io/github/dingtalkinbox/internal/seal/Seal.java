package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A row of {@code event_seals}. The digests are in hex.
 *
 * @param number from 1, without a gap
 * @param hour its start
 * @param eventType empty if no event was processed in the hour
 * @param events how many there were
 * @param keyId the key that made it
 * @param content digest of the events
 * @param sealedAt when it was made
 * @param seal digest of the previous seal and of everything above
 */
public record Seal(
        long number,
        Instant hour,
        String eventType,
        long events,
        String keyId,
        String content,
        Instant sealedAt,
        String seal) {
    /** The digest of nothing: the seal before the first one, and the content of an hour without events. */
    public static final String NONE = "";

    private static final String WHAT = "dingtalk-inbox seal 1";

    static Seal make(
            SealKey key, String previous, long number, Instant hour, String type, SealedContent content, Instant now) {
        Seal unsealed = new Seal(number, hour, type, content.events(), key.id(), content.digest(), now, NONE);
        String seal = unsealed.computed(key, previous);
        return new Seal(number, hour, type, content.events(), key.id(), content.digest(), now, seal);
    }

    /** Reads a row that has all columns. */
    public static Seal of(ResultSet row) throws SQLException {
        return new Seal(
                row.getLong("seal_number"),
                SqlTimes.instant(row, "hour"),
                row.getString("event_type"),
                row.getLong("events"),
                row.getString("key_id"),
                HexFormat.of().formatHex(row.getBytes("content")),
                SqlTimes.instant(row, "sealed_at"),
                HexFormat.of().formatHex(row.getBytes("seal")));
    }

    /** The digest that the seal must have after this previous one. */
    public String computed(SealKey key, String previous) {
        return new MacInput(key, WHAT)
                .add(HexFormat.of().parseHex(previous))
                .add(number)
                .add(hour)
                .add(eventType)
                .add(events)
                .add(keyId)
                .add(HexFormat.of().parseHex(content))
                .add(sealedAt)
                .digest();
    }

    /** Identifies the chain up to this seal. */
    String head() {
        return number + ":" + seal;
    }
}
