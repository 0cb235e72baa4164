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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code processed_events} table. This reads it hour by hour, as it is sealed.
 *
 * <p>Safe for use by many threads; to read an hour, every call needs a transaction, in which alone the driver fetches a
 * part at a time.
 */
final class SealedEvents {
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

    /** Of payloads, which may have a megabyte each, as few as a round trip is worth. */
    private static final int FETCH_SIZE = 100;

    // Sorted by bytes, whatever the collation of the database. Times as PostgreSQL keeps them, whatever the time
    // zone of the session.
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

    SealedEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The hour of the first event; empty if there is none. */
    Optional<Instant> firstHour() {
        return jdbc.sql(FIRST_HOUR)
                .query((row, number) -> Optional.ofNullable(SqlTimes.instantOrNull(row, "date_trunc")))
                .single();
    }

    /** As {@link SealedContent#ofHour} says. */
    Map<String, SealedContent> ofHour(Instant hour, Function<String, Optional<SealKey>> keys, BooleanSupplier stop) {
        Map<String, TypeOfHour> groups = new LinkedHashMap<>();
        jdbc.sql(OF_HOUR)
                .param("hour", SqlTimes.parameter(hour))
                .withFetchSize(FETCH_SIZE)
                .query(row -> {
                    if (stop.getAsBoolean()) {
                        throw new CancellationException();
                    }
                    groups.computeIfAbsent(row.getString("event_type"), type -> TypeOfHour.of(keys.apply(type)))
                            .add(row);
                });
        Map<String, SealedContent> contents = new LinkedHashMap<>();
        groups.forEach((type, group) -> contents.put(type, group.content()));
        return contents;
    }

    /** The events of a type, as far as they were read. For one thread. */
    private record TypeOfHour(AtomicLong events, @Nullable MacInput input) {
        private static TypeOfHour of(Optional<SealKey> key) {
            return new TypeOfHour(
                    new AtomicLong(),
                    key.map(k -> new MacInput(k, SealedContent.WHAT)).orElse(null));
        }

        private void add(ResultSet row) throws SQLException {
            events.incrementAndGet();
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
            return new SealedContent(events.get(), input == null ? Seal.NONE : input.digest());
        }
    }
}
