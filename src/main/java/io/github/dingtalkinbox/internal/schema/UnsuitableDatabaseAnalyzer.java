package io.github.dingtalkinbox.internal.schema;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Ends the start with a description and an action instead of a stack trace. */
final class UnsuitableDatabaseAnalyzer extends AbstractFailureAnalyzer<UnsuitableDatabase> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsuitableDatabase cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()), String.join(System.lineSeparator(), cause.remedies()), cause);
    }
}
