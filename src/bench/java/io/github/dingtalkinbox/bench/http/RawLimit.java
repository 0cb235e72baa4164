package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.bench.PlainRecord;
import io.github.dingtalkinbox.bench.http.Clients.Took;
import io.github.dingtalkinbox.internal.approval.ApprovalStatement;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.testing.TestDatabase;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a program reaches that spends no time on anything but the database, and gives each event a transaction of its
 * own: the same row and the same business update, from parameters that are ready, by prepared statements of the driver.
 */
final class RawLimit implements AutoCloseable {
    static final int CONNECTIONS = 16;

    private static final EventReader READER = new EventReader(Map.of());

    private final ApprovalStatement approval = new ApprovalStatement();
    private final List<Session> sessions = new ArrayList<>();
    private final Clients<Row> clients;

    RawLimit(TestDatabase database, Supplier<ProcessorTime> processorTime) throws Exception {
        String update = approval.sql(event(new Approvals(Approvals.DEFAULT_BYTES).next()));
        for (int n = 0; n < CONNECTIONS; n++) {
            Connection connection =
                    DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
            connection.setAutoCommit(false);
            sessions.add(new Session(
                    connection, connection.prepareStatement(PlainRecord.INSERT), connection.prepareStatement(update)));
        }
        this.clients = new Clients<>(sessions, processorTime);
    }

    Measured run(List<Callback> callbacks, Pace.AsAnswered pace) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Callback callback : callbacks) {
            Event event = event(callback);
            rows.add(new Row(Arrays.asList(PlainRecord.parameters(event)), approval.parameters(event)));
        }
        Took took = clients.run(rows, pace);
        List<Callback> done = callbacks.subList(0, took.done());
        return new Measured(done, new HashSet<>(done), 0, took);
    }

    private static Event event(Callback callback) {
        Delivery delivery = new Delivery(Transport.HTTP, Instant.now(), null);
        return READER.read("default", callback.json().getBytes(UTF_8), delivery).get(0);
    }

    @Override
    public void close() throws SQLException {
        clients.close();
        for (Session session : sessions) {
            session.connection().close();
        }
    }

    /** The parameters of an event. */
    private record Row(List<@Nullable Object> columns, List<Object> approval) {}

    private record Session(Connection connection, PreparedStatement insert, PreparedStatement update)
            implements Clients.Client<Row> {
        @Override
        public void take(Row row) throws SQLException {
            execute(insert, row.columns());
            execute(update, row.approval());
            connection.commit();
        }

        private static void execute(PreparedStatement statement, List<? extends @Nullable Object> parameters) throws SQLException {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            if (statement.executeUpdate() != 1) {
                throw new SQLException("The event was known already");
            }
        }
    }
}
