package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.stream.StreamListener.Ending;
import org.jspecify.annotations.Nullable;

/** A connection did not come about. The message says what to do, and contains no secret. */
final class OpenFailed extends Exception {
    private final boolean isPermanent;

    private OpenFailed(String message, @Nullable Throwable cause, boolean isPermanent) {
        super(message, cause);
        this.isPermanent = isPermanent;
    }

    /** It may pass without anyone acting. */
    static OpenFailed unavailable(String message, @Nullable Throwable cause) {
        return new OpenFailed(message, cause, false);
    }

    /** Somebody has to act. */
    static OpenFailed refused(String message) {
        return new OpenFailed(message, null, true);
    }

    boolean isPermanent() {
        return isPermanent;
    }

    Ending ending() {
        return isPermanent ? Ending.REFUSED : Ending.UNAVAILABLE;
    }
}
