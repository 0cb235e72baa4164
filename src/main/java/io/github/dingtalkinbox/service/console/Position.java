package io.github.dingtalkinbox.service.console;

import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A position in a list that begins with the newest row. It stays valid when the row there is gone.
 *
 * @param time when it was recorded
 */
record Position(Instant time, String id) {
    private static final char BETWEEN = '~';

    /** Null: the text is not a position. */
    static @Nullable Position parse(@Nullable String text) {
        int end = text == null ? -1 : text.indexOf(BETWEEN);
        if (text == null || end < 0) {
            return null;
        }
        try {
            Instant time = Instant.parse(text.substring(0, end));
            return Times.isPossible(time) ? new Position(time, text.substring(end + 1)) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** For the next page's URL. */
    @Override
    public String toString() {
        return time.toString() + BETWEEN + id;
    }
}
