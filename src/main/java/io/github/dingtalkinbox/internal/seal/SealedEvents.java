package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the {@code processed_events} table hour by hour, for the seals.
 *
 * <p>Reading an hour needs a transaction: without one, the driver would load all rows at once.
 */
public final class SealedEvents {
    /** All columns of the table, in the order in which they are sealed. */
    static final List<String> COLUMNS = List.of(
            "event_id",
            "natural_key",
            "app",
            "corp_id",
            "event_type",
            "transport",
            "occurred_at",
            "received_at",
            "processed_at",
            "payload",
            "payload_sha256",
            "payload_raw");

    private static final Set<String> BINARY =
            Set.of("occurred_at", "received_at", "processed_at", "payload_sha256", "payload_raw");

    /** Few, because a payload may have a megabyte. */
    private static final int FETCH_SIZE = 100;

    // Sorted by bytes, whatever the collation of the database. Times as PostgreSQL stores them, whatever the time zone
    // of the session.
    private static final String OF_HOUR = """
            select event_id,
                   natural_key,
                   app,
                   corp_id,
                   event_type,
                   transport,
                   timestamptz_send(occurred_at) as occurred_at,
                   timestamptz_send(received_at) as received_at,
                   timestamptz_send(processed_at) as processed_at,
                   payload,
                   payload_sha256,
                   payload_raw
              from inbox.processed_events
             where processed_at >= :hour
               and processed_at < :hour + interval '1 hour'
             order by event_type collate "C", event_id collate "C"
            """;

    private static final String FIRST_HOUR = """
            select date_trunc('hour', min(processed_at), 'UTC')
              from inbox.processed_events
             where processed_at > '-infinity'
            """;

    private final JdbcClient jdbc;

    public SealedEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The hour of the first event; empty if there is no event. */
    Optional<Instant> firstHour() {
        return jdbc.sql(FIRST_HOUR)
                .query((row, number) -> Optional.ofNullable(SqlTimes.instantOrNull(row, "date_trunc")))
                .single();
    }

    /**
     * Reads the events of an hour.
     *
     * @param keys of each type; none: its events are only counted
     * @param stop whether to give up
     * @return by type, in the order of their bytes
     * @throws CancellationException if it gave up
     */
    public Map<String, SealedContent> ofHour(
            Instant hour, Function<String, Optional<SealKey>> keys, BooleanSupplier stop) {
        Map<String, TypeOfHour> groups = new LinkedHashMap<>();
        jdbc.sql(OF_HOUR)
                .param("hour", SqlTimes.parameter(hour))
                .withFetchSize(FETCH_SIZE)
                .query(row -> {
                    if (stop.getAsBoolean()) {
                        throw new CancellationException();
                    }
                    groups.computeIfAbsent(row.getString("event_type"), type -> new TypeOfHour(keys.apply(type)))
                            .add(row);
                });
        Map<String, SealedContent> contents = new LinkedHashMap<>();
        groups.forEach((type, group) -> contents.put(type, group.content()));
        return contents;
    }

    /** The events of a type that were read so far. For one thread. */
    private static final class TypeOfHour {
        private final @Nullable MacInput input;
        private long events;

        private TypeOfHour(Optional<SealKey> key) {
            this.input = key.map(k -> new MacInput(k, SealedContent.WHAT)).orElse(null);
        }

        private void add(ResultSet row) throws SQLException {
            events++;
            if (input == null) {
                return;
            }
            for (String column : COLUMNS) {
                if (BINARY.contains(column)) {
                    input.add(row.getBytes(column));
                } else {
                    String text = row.getString(column);
                    input.add(text == null ? null : text.getBytes(UTF_8));
                }
            }
        }

        private SealedContent content() {
            return new SealedContent(events, input == null ? Seal.NONE : input.digest());
        }
    }
}
