package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code identity_windows} table. It decides whether an event that has no identity but its content is a new
 * occurrence.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
final class IdentityWindows {
    // The row of a content is the lock as well: a twin waits here until the first one has committed or rolled back.
    // What was seen
    // more than a day from now was not: the clock of a server had been wrong.
    private static final String CLAIM = """
            insert into inbox.identity_windows as known (content_id, corp_id, seen_at, window_length)
            select content_id, corp_id, now(), window_length
              from unnest(cast(:content_id as text[]), cast(:corp_id as text[]), cast(:window_length as interval[]))
                   as e (content_id, corp_id, window_length)
             order by corp_id collate "C", content_id collate "C"
                on conflict (corp_id, content_id) do update
               set seen_at = excluded.seen_at, window_length = excluded.window_length
             where known.seen_at < excluded.seen_at - excluded.window_length
                or known.seen_at > excluded.seen_at + interval '1 day'
            returning content_id, seen_at,
                      to_char(seen_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS.US"Z"') as occurrence
            """;

    private static final String FIND = """
            select content_id, seen_at,
                   to_char(seen_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS.US"Z"') as occurrence
              from inbox.identity_windows
             where (corp_id, content_id) in (
                   select corp_id, content_id
                     from unnest(cast(:corp_id as text[]), cast(:content_id as text[])) as e (corp_id, content_id))
            """;

    private final JdbcClient jdbc;

    IdentityWindows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Claims the contents that have not been seen within their window.
     *
     * @param events with a window and with different ids, which are those of their contents
     * @return the new occurrences, by content id
     */
    Map<String, Occurrence> claim(List<Event> events) {
        return byContent(jdbc.sql(CLAIM)
                .param("content_id", SqlArrays.texts(events, Event::id))
                .param("corp_id", SqlArrays.texts(events, Event::corpId))
                .param(
                        "window_length",
                        SqlArrays.texts(
                                events,
                                e -> SqlTimes.interval(
                                        Objects.requireNonNull(e.identity().window())))));
    }

    /** The latest occurrences of the contents of these events, by content id. */
    Map<String, Occurrence> find(List<Event> events) {
        return byContent(jdbc.sql(FIND)
                .param("corp_id", SqlArrays.texts(events, Event::corpId))
                .param("content_id", SqlArrays.texts(events, Event::id)));
    }

    private static Map<String, Occurrence> byContent(JdbcClient.StatementSpec statement) {
        Map<String, Occurrence> occurrences = new TreeMap<>();
        statement.query(row -> {
            String contentId = row.getString("content_id");
            occurrences.put(
                    contentId,
                    new Occurrence(contentId + "@" + row.getString("occurrence"), SqlTimes.instant(row, "seen_at")));
        });
        return occurrences;
    }

    /**
     * One occurrence of a content.
     *
     * @param eventId its id in {@code processed_events}
     * @param seenAt when it was first delivered, by the database's clock
     */
    record Occurrence(String eventId, Instant seenAt) {}
}
