package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The input of a digest: a sequence of values. No two different sequences give the same bytes.
 *
 * <ul>
 *   <li>null is the byte 0; any other value is the byte 1, its length (4 bytes), its bytes;
 *   <li>a text is its UTF-8, and so is a jsonb, as PostgreSQL writes it as text;
 *   <li>a number is 8 bytes, two's complement;
 *   <li>a time is a number: the microseconds since 2000-01-01T00:00:00Z, and the largest and smallest for infinity and
 *       -infinity, as PostgreSQL itself stores and sends it;
 *   <li>all numbers and lengths have their highest byte first.
 * </ul>
 *
 * <p>The first value names what the digest is of. For one thread.
 */
final class MacInput {
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final long MICROS = 1_000_000;

    private final Mac mac;

    MacInput(SealKey key, String what) {
        this.mac = key.mac();
        add(what);
    }

    MacInput add(String text) {
        return add(text.getBytes(UTF_8));
    }

    MacInput addOrNull(@Nullable String text) {
        return add(text == null ? null : text.getBytes(UTF_8));
    }

    MacInput add(long number) {
        return add(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    MacInput add(Instant time) {
        return add(micros(time));
    }

    MacInput add(byte @Nullable [] value) {
        if (value == null) {
            mac.update((byte) 0);
        } else {
            mac.update((byte) 1);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).flip());
            mac.update(value);
        }
        return this;
    }

    /** In hex. */
    String digest() {
        return HexFormat.of().formatHex(mac.doFinal());
    }

    private static long micros(Instant time) {
        try {
            long seconds = time.getEpochSecond() - EPOCH.getEpochSecond();
            return Math.addExact(Math.multiplyExact(seconds, MICROS), time.getNano() / 1000);
        } catch (ArithmeticException e) {
            return time.isBefore(EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
