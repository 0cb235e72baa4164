package io.github.dingtalkinbox.internal.sqlfile;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at the start what is wrong with the SQL files, without a stack trace. */
final class InvalidSqlFileAnalyzer extends AbstractFailureAnalyzer<InvalidSqlFile> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSqlFile cause) {
        return new FailureAnalysis(
                "The handlers written as SQL files cannot be used.\n\n" + cause.getMessage(),
                "Correct what is named above. To start without a handler, rename its file so that it does not end in"
                        + " .sql: its events are then recorded, but not handled.",
                cause);
    }
}
