package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.text.Message;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code event_seals}. The digests are in hex.
 *
 * @param number from 1, without a gap
 * @param what it is about
 * @param keyId the key that made it
 * @param sealedAt when it was made
 * @param seal digest of the previous seal and of everything above
 */
public record Seal(long number, Sealed what, String keyId, Instant sealedAt, String seal) {
    /** The digest of nothing: the seal before the first one, and the content of an hour without rows. */
    public static final String NONE = "";

    private static final String WHAT = "dingtalk-inbox seal 1";

    static Seal make(SealKey key, String previous, long number, Sealed what, Instant now) {
        Seal unsealed = new Seal(number, what, key.id(), now, NONE);
        return new Seal(number, what, key.id(), now, unsealed.computed(key, previous));
    }

    /** Reads a row that has all columns. */
    public static Seal of(ResultSet row) throws SQLException {
        Sealed what = new Sealed(
                SealKind.of(row.getString("kind")),
                row.getString("table_name"),
                row.getString("event_type"),
                SqlTimes.instant(row, "hour"),
                row.getObject("run_id", UUID.class),
                new SealedContent(row.getLong("row_count"), HexFormat.of().formatHex(row.getBytes("content"))));
        return new Seal(
                row.getLong("seal_number"),
                what,
                row.getString("key_id"),
                SqlTimes.instant(row, "sealed_at"),
                HexFormat.of().formatHex(row.getBytes("seal")));
    }

    /** The digest that the seal must have after this previous one. */
    public String computed(SealKey key, String previous) {
        UUID run = what.run();
        return new MacInput(key, WHAT)
                .add(HexFormat.of().parseHex(previous))
                .add(number)
                .add(what.kind().text())
                .add(what.table())
                .add(what.eventType())
                .add(what.hour())
                .add(what.content().rows())
                .addOrNull(run == null ? null : run.toString())
                .add(keyId)
                .add(HexFormat.of().parseHex(what.content().digest()))
                .add(sealedAt)
                .digest();
    }

    /** Which seal a finding is about. It has no type if the table has none, or no event was processed in the hour. */
    public Message place() {
        return what.eventType().isEmpty()
                ? Message.of("seal.place-without-type", what.table(), what.hour(), number)
                : Message.of("seal.place", what.table(), what.hour(), what.eventType(), number);
    }

    /** Identifies the chain up to this seal. */
    String head() {
        return number + ":" + seal;
    }

    /**
     * What a seal is about.
     *
     * @param table empty: a run of the cleanup as a whole
     * @param eventType empty if the table has no types, or the hour no events
     * @param hour its start; for a day of the cleanup, the start of the day
     * @param run of the cleanup; null: the rows of an hour
     */
    public record Sealed(
            SealKind kind,
            String table,
            String eventType,
            Instant hour,
            @Nullable UUID run,
            SealedContent content) {
        static Sealed rows(String table, String eventType, Instant hour, SealedContent content) {
            return new Sealed(SealKind.ROWS, table, eventType, hour, null, content);
        }
    }
}
