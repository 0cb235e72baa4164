package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.BatchEventHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The built-in business update, for whoever does the same without the inbox. */
public final class BuiltInHandler {
    private BuiltInHandler() {}

    public static BatchEventHandler on(JdbcClient jdbc) {
        return new ApprovalHandler(new ApprovalInstances(jdbc), new ApprovalTasks(jdbc));
    }
}
