package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the service's role, which sees little of other sessions, can tell of those who copy the server's log. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class StandbysPostgresTest {
    private final Path directory;
    private final RestartableServer server;
    private final TestDatabase database;
    private final TestDatabase app;

    StandbysPostgresTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.server = RestartableServer.start(directory.resolve("primary"), Map.of("wal_level", "logical"));
        this.database = server.database();
        Roles.make(database);
        this.app = database.as("inbox_app");
    }

    @AfterEach
    void nobodyIsLeft() {
        await().until(() -> walSenders() == 0);
    }

    @AfterAll
    void stop() throws Exception {
        app.close();
        database.close();
        server.close();
    }

    @Test
    void anAsynchronousStandbyIsAWarningAndASynchronousOneIsNot(CapturedOutput output) throws Exception {
        Schema schema = new Schema(app.dataSource());
        schema.prepare();
        assertThat(schema.asynchronousStandbys()).isZero();
        assertThat(warnings(output)).isEmpty();

        RestartableServer standby = server.standby(directory.resolve("standby"));
        try {
            await().ignoreExceptions().until(() -> schema.asynchronousStandbys() == 1);
            schema.prepare();
            assertThat(warnings(output))
                    .singleElement()
                    .asString()
                    .contains("are attached: 1. ", "synchronous_standby_names");

            server.waitForStandby("*");
            await().until(() -> schema.asynchronousStandbys() == 0);
            schema.prepare();
            assertThat(warnings(output)).hasSize(1);
        } finally {
            server.waitForStandby("");
            standby.close();
        }
    }

    @Test
    void whatOnlyCopiesTheLogIsNoStandby() throws Exception {
        Schema schema = new Schema(app.dataSource());
        LogSequenceNumber now = LogSequenceNumber.valueOf(database.jdbc()
                .sql("select cast(pg_current_wal_lsn() as text)")
                .query(String.class)
                .single());
        for (String program : new String[] {"pg_basebackup", "pg_receivewal", "barman_receive_wal"}) {
            try (Connection copying = replication(program);
                    PGReplicationStream stream = copying.unwrap(PGConnection.class)
                            .getReplicationAPI()
                            .replicationStream()
                            .physical()
                            .withStartPosition(now)
                            .start()) {
                assertThat(stream.isClosed()).isFalse();
                await().until(() -> walSenders() == 1);
                assertThat(schema.asynchronousStandbys()).as(program).isZero();
            }
            nobodyIsLeft();
        }
        try (Connection walReceiver = replication("walreceiver")) {
            await().until(() -> walSenders() == 1);
            assertThat(schema.asynchronousStandbys()).isEqualTo(1);
            assertThat(walReceiver.isClosed()).isFalse();
        }
    }

    @Test
    void logicalReplicationIsNoStandby() throws Exception {
        Schema schema = new Schema(app.dataSource());
        database.jdbc().sql("create publication everything for all tables").update();
        try (Connection subscriber = replication("subscription");
                PGReplicationStream stream = logical(subscriber)) {
            assertThat(stream.isClosed()).isFalse();
            await().until(() -> walSenders() == 1);
            assertThat(schema.asynchronousStandbys()).isZero();
        }
    }

    private static List<String> warnings(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("Asynchronous standbys"))
                .toList();
    }

    private static PGReplicationStream logical(Connection subscriber) throws SQLException {
        var replication = subscriber.unwrap(PGConnection.class).getReplicationAPI();
        replication
                .createReplicationSlot()
                .logical()
                .withSlotName("subscription")
                .withOutputPlugin("pgoutput")
                .withTemporaryOption()
                .make();
        return replication
                .replicationStream()
                .logical()
                .withSlotName("subscription")
                .withSlotOption("proto_version", "1")
                .withSlotOption("publication_names", "everything")
                .start();
    }

    private Connection replication(String applicationName) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, database.user());
        PGProperty.PASSWORD.set(properties, database.password());
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "15");
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    private int walSenders() {
        return database.jdbc()
                .sql("select count(*) from pg_stat_replication")
                .query(Integer.class)
                .single();
    }
}
