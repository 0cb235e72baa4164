package io.github.dingtalkinbox.service.audit;

import java.util.List;

/**
 * A question of DBAs, from {@code db/audit/reports}.
 *
 * @param name of its file
 * @param question that it asks
 * @param explanation how to read the answer, and what is normal: lines
 */
public record Report(String name, String question, List<String> explanation) {
    static final String FOLDER = "reports";

    /** All of them, by name. */
    public static List<Report> all() {
        return AuditFile.all(FOLDER).stream().map(Report::of).toList();
    }

    private static Report of(AuditFile file) {
        return new Report(
                file.name(), file.question(), file.comment().stream().skip(1).toList());
    }
}
