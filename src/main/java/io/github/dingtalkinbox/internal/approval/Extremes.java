package io.github.dingtalkinbox.internal.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The smaller or larger of two values, either of which may be missing. */
final class Extremes {
    private Extremes() {}

    static @Nullable String least(@Nullable String one, @Nullable String other) {
        return first(Extremes::compareBytes, one, other);
    }

    static @Nullable String greatest(@Nullable String one, @Nullable String other) {
        return first((a, b) -> compareBytes(b, a), one, other);
    }

    static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
        return first(Comparator.naturalOrder(), one, other);
    }

    private static <T> @Nullable T first(Comparator<T> order, @Nullable T one, @Nullable T other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return order.compare(one, other) <= 0 ? one : other;
    }

    /** Compares texts by their bytes in UTF-8, as PostgreSQL's collation C does. */
    static int compareBytes(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }
}
