package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sqlfile.SqlScanner.Kind;
import io.github.dingtalkinbox.internal.sqlfile.SqlScanner.Token;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * The business update of one event type: one statement that reads the relation {@code event}. The file, without a
 * leading {@code with}, goes to PostgreSQL unchanged, so that positions in PostgreSQL's messages can be mapped to the
 * file.
 */
final class SqlFile {
    private static final Pattern MANY = Pattern.compile("--[ \\t]*many[ \\t]*(?:[\\r\\n].*)?", Pattern.DOTALL);
    private static final Set<String> STATEMENTS = Set.of("insert", "update", "delete", "merge", "select", "with");
    private static final Set<String> TRANSACTION_CONTROL =
            Set.of("begin", "start", "commit", "rollback", "end", "abort", "savepoint", "release", "prepare", "set");

    private final String eventType;
    private final SourceFile source;
    private final boolean many;
    private final String sql;
    private final int headerLength;
    private final int bodyStart;
    private final int bodyEnd;

    private SqlFile(String eventType, SourceFile source, List<Token> tokens) {
        String text = source.text();
        this.eventType = eventType;
        this.source = source;
        this.many = MANY.matcher(text).matches();
        boolean with = tokens.get(0).word(text).equals("with");
        boolean recursive =
                with && tokens.size() > 1 && tokens.get(1).word(text).equals("recursive");
        this.bodyStart =
                with ? tokens.get(recursive ? 1 : 0).end() : tokens.get(0).start();
        this.bodyEnd = tokens.get(tokens.size() - 1).end();
        String body = escapeOperators(text, tokens, bodyStart, bodyEnd);
        this.sql = with ? EventRelation.beforeExpressions(recursive, body) : EventRelation.before(body);
        this.headerLength = sql.length() - body.length() + EventRelation.growth();
    }

    /** @throws InvalidSqlFile if the text is not one statement that can read the relation */
    static SqlFile parse(String eventType, SourceFile source) {
        List<Token> tokens = SqlScanner.scan(source.text());
        checkStatements(source, tokens);
        checkParameters(source, tokens);
        int end = tokens.size();
        while (tokens.get(end - 1).kind() == Kind.SEMICOLON) {
            end--;
        }
        return new SqlFile(eventType, source, tokens.subList(0, end));
    }

    String eventType() {
        return eventType;
    }

    SourceFile source() {
        return source;
    }

    /** Whether the statement takes many events at once. */
    boolean many() {
        return many;
    }

    /** Runs the statement for these events, in the transaction of the thread. */
    void run(DataSource dataSource, List<Event> events) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            run(connection, events);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    void run(Connection connection, List<Event> events) {
        execute(connection, "", events);
    }

    /** Lets PostgreSQL plan the statement, which finds errors and has no effect. */
    void explain(Connection connection, List<Event> events) {
        execute(connection, EventRelation.EXPLAIN, events);
    }

    private void execute(Connection connection, String prefix, List<Event> events) {
        try (PreparedStatement statement = connection.prepareStatement(prefix + sql)) {
            EventRelation.bind(statement, events);
            statement.execute();
        } catch (SQLException e) {
            throw new SqlFileFailed(this, prefix.length(), e);
        }
    }

    /**
     * The index in the file of a position that PostgreSQL names.
     *
     * @param position the number of a character (not of a Java {@code char}) of the statement, from 1
     * @return -1 if it lies before the file's own text
     */
    int index(int position) {
        String text = source.text();
        int offset = position - 1 - headerLength;
        int length = text.codePointCount(bodyStart, bodyEnd);
        return offset < 0 ? -1 : text.offsetByCodePoints(bodyStart, Math.min(offset, length));
    }

    /** The driver takes a question mark for a parameter unless it is doubled. */
    private static String escapeOperators(String text, List<Token> tokens, int start, int end) {
        StringBuilder escaped = new StringBuilder();
        int copied = start;
        for (Token token : tokens) {
            if (token.kind() == Kind.QUESTION && token.start() >= start && token.end() <= end) {
                escaped.append(text, copied, token.end()).append('?');
                copied = token.end();
            }
        }
        return escaped.append(text, copied, end).toString();
    }

    private static void checkStatements(SourceFile source, List<Token> tokens) {
        boolean first = true;
        boolean atStart = true;
        for (Token token : tokens) {
            if (token.kind() == Kind.SEMICOLON) {
                atStart = true;
            } else if (atStart) {
                checkStatement(source, token, first);
                first = false;
                atStart = false;
            }
        }
        if (first) {
            throw new InvalidSqlFile(
                    source.problem("There is no statement in this file. Write one, or remove the file."));
        }
    }

    private static void checkStatement(SourceFile source, Token token, boolean first) {
        String word = token.word(source.text());
        if (TRANSACTION_CONTROL.contains(word)) {
            throw invalid(
                    source,
                    token,
                    "\"" + word + "\" is transaction control. The file runs inside the transaction"
                            + " that records the event: remove this statement.");
        }
        if (!first) {
            throw invalid(
                    source,
                    token,
                    "A second statement begins here. A file is one statement: join them with"
                            + " \"with … as (insert/update/delete … returning …)\", or put them into a function and select it.");
        }
        boolean parenthesis = token.kind() == Kind.OTHER && source.text().charAt(token.start()) == '(';
        if (!STATEMENTS.contains(word) && !parenthesis) {
            throw invalid(
                    source,
                    token,
                    "A handler is one insert, update, delete, merge or select statement, with or"
                            + " without a leading \"with\". (A function is run by select; call and do cannot see the event.)");
        }
    }

    private static void checkParameters(SourceFile source, List<Token> tokens) {
        for (Token token : tokens) {
            if (token.kind() == Kind.PARAMETER) {
                throw invalid(
                        source,
                        token,
                        "There are no parameters. Read the relation \"event\" instead: app, corp_id,"
                                + " event_id, event_type, occurred_at, received_at, payload.");
            }
        }
    }

    private static InvalidSqlFile invalid(SourceFile source, Token token, String message) {
        return new InvalidSqlFile(source.problem(token.start(), message));
    }
}
