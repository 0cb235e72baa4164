package io.github.dingtalkinbox.bench.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.approval.ApprovalStatement;
import io.github.dingtalkinbox.bench.http.Clients.Took;
import io.github.dingtalkinbox.event.Delivery;
import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.event.EventReader;
import io.github.dingtalkinbox.event.Transport;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a program reaches that spends no time on anything but the database, and gives each event a transaction of its
 * own: the same row and the same business update, from parameters that are ready, by prepared statements of the driver.
 */
final class RawLimit implements AutoCloseable {
    static final int CONNECTIONS = 16;

    private static final EventReader READER = new EventReader(Map.of());
    private static final String INSERT = """
            insert into processed_events
                   (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at, payload,
                    payload_sha256)
            values (?, ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb), ?)
                on conflict do nothing
            """;

    private final List<Session> sessions = new ArrayList<>();
    private final Clients<Row> clients;

    RawLimit(TestDatabase database) throws SQLException {
        for (int n = 0; n < CONNECTIONS; n++) {
            sessions.add(new Session(
                    DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())));
        }
        this.clients = new Clients<>(sessions);
    }

    Measured run(List<Callback> callbacks, Pace pace) throws Exception {
        List<Row> rows = callbacks.stream().map(RawLimit::row).toList();
        Took took = clients.run(rows, pace);
        List<Callback> done = callbacks.subList(0, took.done());
        return new Measured(done, new HashSet<>(done), 0, took.micros(), took.seconds());
    }

    private static Row row(Callback callback) {
        Event event = READER.read("default", callback.json().getBytes(UTF_8), new Delivery(Transport.HTTP, Instant.now(), null))
                .get(0);
        List<Object> columns = new ArrayList<>(List.of(
                event.id(),
                String.valueOf(event.identity().naturalKey()),
                event.app(),
                event.corpId(),
                event.type(),
                "http",
                Timestamp.from(event.occurredAt()),
                Timestamp.from(event.delivery().receivedAt()),
                event.payload().jsonb(),
                event.payload().sha256()));
        return new Row(columns, ApprovalStatement.of(event));
    }

    @Override
    public void close() throws SQLException {
        clients.close();
        for (Session session : sessions) {
            session.connection.close();
        }
    }

    private record Row(List<Object> columns, ApprovalStatement approval) {}

    private static final class Session implements Clients.Client<Row> {
        private final Connection connection;
        private final PreparedStatement insert;
        private @Nullable PreparedStatement approval;

        private Session(Connection connection) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            this.insert = connection.prepareStatement(INSERT);
        }

        @Override
        public void take(int number, Row row) throws SQLException {
            execute(insert, row.columns());
            execute(approval(row.approval().sql()), row.approval().parameters());
            connection.commit();
        }

        private PreparedStatement approval(String sql) throws SQLException {
            PreparedStatement prepared = approval;
            if (prepared == null) {
                prepared = connection.prepareStatement(sql);
                approval = prepared;
            }
            return prepared;
        }

        private static void execute(PreparedStatement statement, List<Object> parameters) throws SQLException {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            if (statement.executeUpdate() != 1) {
                throw new SQLException("Not one row, but " + statement.getUpdateCount());
            }
        }
    }
}
