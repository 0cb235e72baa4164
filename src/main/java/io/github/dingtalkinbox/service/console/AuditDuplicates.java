package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code audit_duplicates} view.
 */
final class AuditDuplicates {
    private static final int MOST_OF_EVENT = 500;

    private static final String COLUMNS = """
            select event_id, delivery_id, corp_id, event_type, matched_by, same_payload,
                   extract(epoch from since_first) * 1000 as since_first, received_at, recorded_at, transport,
                   source_address
              from inbox.audit_duplicates
            """;

    private static final String OF_EVENT = COLUMNS + """
             where event_id = :event_id
             order by recorded_at, delivery_id
             limit :limit
            """;

    private static final String SCAN = COLUMNS + """
             where recorded_at >= coalesce(cast(:from as timestamptz), '-infinity')
               and (recorded_at, delivery_id)
                   < (coalesce(cast(:before_time as timestamptz), 'infinity'), cast(:before_id as uuid))
             order by recorded_at desc, delivery_id desc
            """;

    private static final String LIST = """
            select *
              from (
            """ + SCAN + """
             limit :scanned) d
             where (cast(:corp as text) is null or corp_id = :corp)
               and (cast(:type as text) is null or event_type = :type)
               and (cast(:matched_by as text) is null or matched_by = :matched_by)
               and (not :differing or not same_payload)
             order by recorded_at desc, delivery_id desc
             limit :limit
            """;

    private static final String LAST_SCANNED = SCAN + """
             offset :scanned - 1
             limit 1
            """;

    private static final String COUNTS = """
            select date_bin(cast(:bucket as interval), recorded_at, :from) as bucket, count(*) as number
              from inbox.audit_duplicates
             where recorded_at >= :from
             group by 1
            """;

    // Four steps for each power of ten milliseconds, from 1 ms; smaller gaps count as 1 ms.
    private static final String GAPS = """
            select cast(floor(4 * log(greatest(abs(extract(epoch from since_first)) * 1000, 1))) as integer) as step,
                   count(*) as duplicates
              from inbox.audit_duplicates
             where recorded_at >= :from
             group by 1
            """;

    private static final String NO_DELIVERY = "00000000-0000-0000-0000-000000000000";

    private final JdbcClient jdbc;

    AuditDuplicates(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The duplicates of an event, the earliest first. */
    List<DuplicateRow> ofEvent(String eventId) {
        return jdbc.sql(OF_EVENT)
                .param("event_id", eventId)
                .param("limit", MOST_OF_EVENT)
                .query((row, n) -> duplicate(row))
                .list();
    }

    /**
     * A page of matching duplicates, the newest first. The filter's state is how they were recognised.
     *
     * @param differing only those whose payload differs from the first delivery
     */
    Chunk<DuplicateRow> list(Filter filter, boolean differing, @Nullable Position after, int limit) {
        List<DuplicateRow> rows = scan(LIST, filter, after)
                .param("corp", filter.corp(), Types.VARCHAR)
                .param("type", filter.type(), Types.VARCHAR)
                .param("matched_by", filter.state(), Types.VARCHAR)
                .param("differing", differing)
                .param("limit", limit)
                .query((row, n) -> duplicate(row))
                .list();
        return Chunk.of(rows, limit, DuplicateRow::position, () -> scan(LAST_SCANNED, filter, after)
                .query((row, n) -> duplicate(row).position())
                .optional()
                .orElse(null));
    }

    private JdbcClient.StatementSpec scan(String sql, Filter filter, @Nullable Position after) {
        return Scan.back(jdbc, sql, filter, after, NO_DELIVERY);
    }

    /** How many were recorded, by the start of their time span. */
    Map<Instant, Long> counts(Instant from, Duration span) {
        return Scan.counts(jdbc, COUNTS, from, span);
    }

    /** How many came how long after the first delivery, or before it: in steps of 10^(step/4) milliseconds. */
    Map<Integer, Long> gaps(Instant from) {
        Map<Integer, Long> gaps = new TreeMap<>();
        jdbc.sql(GAPS).param("from", SqlTimes.parameterOrNull(from)).query(row -> {
            gaps.put(row.getInt("step"), row.getLong("duplicates"));
        });
        return gaps;
    }

    private static DuplicateRow duplicate(ResultSet row) throws SQLException {
        return new DuplicateRow(
                row.getString("event_id"),
                row.getString("delivery_id"),
                row.getString("corp_id"),
                row.getString("event_type"),
                row.getString("matched_by"),
                row.getBoolean("same_payload"),
                SqlTimes.durationOrNull(row, "since_first"),
                SqlTimes.instant(row, "received_at"),
                SqlTimes.instant(row, "recorded_at"),
                row.getString("transport"),
                row.getString("source_address"));
    }
}
