package io.github.dingtalkinbox.internal.webhook;

import java.util.List;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** The configuration of the apps is missing or cannot be right. Names properties, never their values. */
final class InvalidAppConfiguration extends RuntimeException {
    InvalidAppConfiguration(List<String> findings) {
        super(String.join(System.lineSeparator(), findings));
    }

    /** Ends the start with what to do, rather than with a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<InvalidAppConfiguration> {
        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, InvalidAppConfiguration cause) {
            return new FailureAnalysis(
                    "The configuration of the DingTalk apps is not complete and right:" + System.lineSeparator()
                            + cause.getMessage(),
                    "Set inbox.apps.<name>.token, .aes-key and .owner-key (for the app named default in the"
                            + " environment: INBOX_APPS_DEFAULT_TOKEN, INBOX_APPS_DEFAULT_AESKEY,"
                            + " INBOX_APPS_DEFAULT_OWNERKEY) to what DingTalk's console shows under the app's event"
                            + " subscription. The command keys makes a new token and EncodingAESKey.",
                    cause);
        }
    }
}
