package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The {@code event} relation: the first common table expression of the statement of a SQL file. */
final class EventRelation {
    private static final String DEFINITION = """
            event (app, corp_id, event_id, event_type, occurred_at, received_at, payload) as (
            select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[]::timestamptz[],
                                 ?::text[]::timestamptz[], ?::text[]::jsonb[]))""";

    /** Plans the following statement without running it. */
    static final String EXPLAIN = "explain ";

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private EventRelation() {}

    /** The statement with the relation before it. */
    static String before(String statement) {
        return "with " + DEFINITION + "\n" + statement;
    }

    /** The same for a statement that begins with {@code with} or {@code with recursive}, which must be cut off. */
    static String beforeExpressions(boolean recursive, String expressionsAndStatement) {
        return (recursive ? "with recursive " : "with ") + DEFINITION + ",\n" + expressionsAndStatement;
    }

    /** By how many characters the definition grows when the driver writes {@code $1} for a question mark. */
    static int growth() {
        return (int) DEFINITION.chars().filter(c -> c == '?').count();
    }

    static void bind(PreparedStatement statement, List<Event> events) throws SQLException {
        setTexts(statement, 1, events, Event::app);
        setTexts(statement, 2, events, Event::corpId);
        setTexts(statement, 3, events, Event::id);
        setTexts(statement, 4, events, Event::type);
        setTexts(statement, 5, events, event -> iso8601(event.occurredAt()));
        setTexts(statement, 6, events, event -> iso8601(event.delivery().receivedAt()));
        setTexts(statement, 7, events, event -> event.payload().jsonb());
    }

    private static void setTexts(
            PreparedStatement statement, int index, List<Event> events, Function<Event, @Nullable String> column)
            throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf("text", SqlArrays.texts(events, column)));
    }

    /** Null for a time beyond these years: PostgreSQL cannot read how Java writes it, and it is nonsense anyway. */
    private static @Nullable String iso8601(@Nullable Instant time) {
        return time == null || time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time.toString();
    }
}
