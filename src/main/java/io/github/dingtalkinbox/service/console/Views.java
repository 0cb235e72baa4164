package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.sql.SiblingPool;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The views that the console reads. */
record Views(
        AuditEvents events,
        AuditDuplicates duplicates,
        AuditPayloads payloads,
        AuditApprovals approvals,
        AuditHandlingTimes handlingTimes,
        AuditCleanups cleanups) {
    /** A page does not wait longer for a statement. */
    private static final int SECONDS = 20;

    static Views of(SiblingPool pool) {
        JdbcTemplate template = new JdbcTemplate(pool.get());
        template.setQueryTimeout(SECONDS);
        JdbcClient jdbc = JdbcClient.create(template);
        return new Views(
                new AuditEvents(jdbc),
                new AuditDuplicates(jdbc),
                new AuditPayloads(jdbc),
                new AuditApprovals(jdbc),
                new AuditHandlingTimes(jdbc),
                new AuditCleanups(jdbc));
    }
}
