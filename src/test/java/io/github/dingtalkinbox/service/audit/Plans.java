package io.github.dingtalkinbox.service.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How PostgreSQL would answer a report. */
final class Plans {
    /** The tables that are not to be read as a whole. Of the others, there are few rows, or one an hour. */
    static final Pattern BIG = Pattern.compile(
            "Seq Scan on (processed_events|duplicate_deliveries|accepted_events|handling_times|approval_\\w+|event_seals)");

    private Plans() {}

    static String of(String report, Instant from, Instant to, JdbcClient jdbc) {
        String sql = AuditFile.all("reports").stream()
                .filter(file -> file.name().equals(report))
                .findFirst()
                .orElseThrow()
                .sql();
        return String.join(
                "\n",
                jdbc.sql("explain " + sql)
                        .param("from", from.atOffset(ZoneOffset.UTC))
                        .param("to", to.atOffset(ZoneOffset.UTC))
                        .query(String.class)
                        .list());
    }
}
