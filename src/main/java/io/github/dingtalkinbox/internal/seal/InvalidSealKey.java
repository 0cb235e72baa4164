package io.github.dingtalkinbox.internal.seal;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A key for seals is none, or there is none. Names the property, never its value. */
public final class InvalidSealKey extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public static final String ACTION =
            "Set inbox.seal.key (in the environment: INBOX_SEAL_KEY) to 32 random bytes in base64: the command keys makes"
                    + " some, or openssl rand -base64 32. If seals have been made already, it must be the key that made"
                    + " them, or that one must stand in inbox.seal.previous-keys.";

    InvalidSealKey(String message) {
        super(message);
    }

    /** Ends the start with what to do, rather than with a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<InvalidSealKey> {
        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, InvalidSealKey cause) {
            return new FailureAnalysis(cause.getMessage() + ".", ACTION, cause);
        }
    }
}
