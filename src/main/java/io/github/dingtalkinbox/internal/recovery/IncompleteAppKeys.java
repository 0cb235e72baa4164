package io.github.dingtalkinbox.internal.recovery;

import java.util.List;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** An app has half of what it needs to call DingTalk. Names properties, never their values. */
final class IncompleteAppKeys extends RuntimeException {
    IncompleteAppKeys(List<String> missing) {
        super(String.join(System.lineSeparator(), missing));
    }

    /** Ends the start with what to do, rather than with a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<IncompleteAppKeys> {
        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, IncompleteAppKeys cause) {
            return new FailureAnalysis(
                    "The list of failed callbacks cannot be pulled:" + System.lineSeparator() + cause.getMessage(),
                    "Set both inbox.apps.<name>.client-id and .client-secret (for the app named default in the environment:"
                            + " INBOX_APPS_DEFAULT_CLIENTID, INBOX_APPS_DEFAULT_CLIENTSECRET) to the Client ID and Client"
                            + " Secret that DingTalk's console shows for the app, or neither, to do without.",
                    cause);
        }
    }
}
