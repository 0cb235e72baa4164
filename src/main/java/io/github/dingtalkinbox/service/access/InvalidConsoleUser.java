package io.github.dingtalkinbox.service.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A login to the console cannot be right. Names the property, never its value. */
final class InvalidConsoleUser extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidConsoleUser(String message) {
        super(message);
    }

    /** Ends the start with what to do, rather than with a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<InvalidConsoleUser> {
        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, InvalidConsoleUser cause) {
            return new FailureAnalysis(
                    cause.getMessage() + ".",
                    "Passwords are kept as bcrypt hashes only, such as htpasswd -nBC 10 <name> makes, behind the colon."
                            + " In a compose file, each $ of it is written $$. See src/docs/console.md.",
                    cause);
        }
    }
}
