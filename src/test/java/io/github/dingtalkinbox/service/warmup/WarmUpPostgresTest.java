package io.github.dingtalkinbox.service.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The start of the whole service, as the role that may only add to the log. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class WarmUpPostgresTest {
    private static final int POOL = 18;
    private static final int CONNECTIONS = 6; // that process deliveries
    private static final String FAILED = "has failed, so the first callbacks may be answered late";

    private final TestDatabase beside;
    private final TestDatabase owner;
    private final TestDatabase app;
    private final JdbcClient jdbc;

    WarmUpPostgresTest(TestDatabase beside) {
        this.beside = beside;
        this.owner = Roles.newDatabase(beside, "warm");
        this.app = owner.as("inbox_app");
        this.jdbc = owner.jdbc();
    }

    @AfterEach
    void drop() {
        app.close();
        Roles.drop(owner, beside);
    }

    @Test
    void theServiceIsNotReadyBeforeItIsWarm(CapturedOutput output) throws Exception {
        try (Service service = start(List.of(Readiness.class))) {
            assertThat(service.bean(Readiness.class).duringTheWarmUp)
                    .isNotEmpty()
                    .containsOnly(503);
            assertThat(readiness(service.url("/"))).isEqualTo(200);
        }
        assertThat(output).contains("Warmed up for").doesNotContain(FAILED);
    }

    @Test
    void nothingIsLeftInAnyTable() {
        start().close();

        assertThat(rolledBackInserts("processed_events")).isEqualTo(60);
        assertThat(rolledBackInserts("duplicate_deliveries")).isEqualTo(60);
        assertThat(rolledBackInserts("approval_instances")).isEqualTo(30);
        assertThat(rolledBackInserts("approval_tasks")).isEqualTo(30);
        assertNoRows();
    }

    @Test
    void nothingIsLeftInTheQueueEither() {
        start("inbox.mode=queue").close();

        assertThat(rolledBackInserts("queued_events")).isEqualTo(60);
        assertThat(rolledBackInserts("processed_events")).isZero();
        assertNoRows();
    }

    @Test
    void theConnectionsOfDeliveriesHaveTheirStatementsPrepared() throws Exception {
        try (Service service = start()) {
            assertThat(preparedInserts(service.bean(DataSource.class)))
                    .filteredOn(count -> count > 0)
                    .hasSize(CONNECTIONS);
        }
    }

    @Test
    void noHandlerOfTheUsersIsCalledAndNoObserverTold(@TempDir Path handlers) throws Exception {
        jdbc.sql("create sequence calls").update(); // no rollback undoes what is taken from it
        jdbc.sql("create table called (number bigint)").update();
        jdbc.sql("grant all on sequence calls to inbox_app").update();
        jdbc.sql("grant all on called to inbox_app").update();
        Files.writeString(
                handlers.resolve("bpms_instance_change.sql"), "insert into called select nextval('calls') from event");
        try (Service service = start(List.of(Witness.class), "inbox.handlers.location=file:" + handlers)) {
            Witness witness = service.bean(Witness.class);
            assertThat(isCalled()).isFalse();
            assertThat(witness.seen).isEmpty();
            assertThat(countsOfTheInbox(service)).isNotEmpty().containsOnly(0.0);

            service.client().deliver("{\"EventType\":\"bpms_instance_change\",\"eventId\":\"a\"}");
            assertThat(isCalled()).isTrue();
            assertThat(witness.seen).contains("handle default:a", "processed default:a");
            assertThat(countsOfTheInbox(service)).contains(1.0);
        }
    }

    @Test
    void aRoleThatLacksARightStartsAllTheSame(CapturedOutput output) throws Exception {
        jdbc.sql("revoke insert on inbox.duplicate_deliveries from inbox_app").update();
        try (Service service = start()) {
            assertThat(readiness(service.url("/"))).isEqualTo(200);
        }
        assertThat(output)
                .containsOnlyOnce("The warm-up of the database " + FAILED)
                .containsPattern("The warm-up of the database .*duplicate_deliveries"); // in the server's language
        assertNoRows();
    }

    @Test
    void aDatabaseThatHangsHoldsTheStartUpNoLongerThanItMay(CapturedOutput output) throws Exception {
        try (Connection connection = owner.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("lock table inbox.processed_events in exclusive mode");
            }
            try (Service service = start("inbox.warm-up=500ms")) {
                assertThat(readiness(service.url("/"))).isEqualTo(200);
            }
            connection.rollback();
        }
        assertThat(output)
                .containsOnlyOnce("The warm-up of the database " + FAILED)
                .contains("The database has not answered in time");
        assertNoRows();
    }

    @Test
    void aCallbackUrlThatCannotBeReachedStartsAllTheSame(CapturedOutput output) throws Exception {
        try (Service service = start(List.of(Closed.class))) {
            assertThat(readiness(service.url("/"))).isEqualTo(200);
        }
        assertThat(output)
                .containsOnlyOnce("The warm-up of the callback URL " + FAILED)
                .contains("was answered 403");
        assertThat(rolledBackInserts("processed_events")).isPositive();
    }

    @Test
    void itCanBeSwitchedOff(CapturedOutput output) {
        start("inbox.warm-up=0s").close();

        assertThat(output).doesNotContain("Warmed up");
        assertThat(rolledBackInserts("processed_events")).isZero();
    }

    @Test
    void aNegativeTimeStopsTheStart(CapturedOutput output) {
        assertThatThrownBy(() -> start("inbox.warm-up=-1s")).isNotNull();

        assertThat(output).contains("inbox.warm-up must not be negative");
    }

    private Service start(String... properties) {
        return start(List.of(), properties);
    }

    private Service start(List<Class<?>> more, String... properties) {
        List<String> all = new ArrayList<>(List.of("inbox.warm-up=1m")); // however busy the machine is
        all.addAll(List.of(properties));
        return Service.start(more, app, all.toArray(String[]::new));
    }

    private static int readiness(URI service) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/actuator/health/readiness"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    /** Rows that were inserted and are not there. */
    private long rolledBackInserts(String table) {
        // A session passes on what it has counted when it ends.
        await().until(() -> jdbc.sql("select count(*) from pg_stat_activity where application_name = 'dingtalk-inbox'"
                        + " and datname = current_database()")
                .query(Long.class)
                .single()
                .equals(0L));
        return jdbc.sql("select n_tup_ins - n_live_tup from pg_stat_user_tables where relname = :table")
                .param("table", table)
                .query(Long.class)
                .single();
    }

    private void assertNoRows() {
        for (String table : List.of(
                "processed_events",
                "duplicate_deliveries",
                "queued_events",
                "accepted_events",
                "ordering_leases",
                "identity_windows",
                "approval_instances",
                "approval_tasks",
                "handling_times")) {
            assertThat(jdbc.sql("select count(*) from inbox." + table)
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
    }

    private boolean isCalled() {
        return jdbc.sql("select is_called from calls").query(Boolean.class).single();
    }

    private static List<Double> countsOfTheInbox(Service service) {
        return service.bean(MeterRegistry.class).getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("dingtalk.inbox."))
                .filter(Counter.class::isInstance)
                .map(meter -> ((Counter) meter).count())
                .toList();
    }

    /** How many inserts into the log each connection of the pool has prepared on the server. */
    private static List<Long> preparedInserts(DataSource pool) throws SQLException {
        List<Connection> connections = new ArrayList<>();
        try {
            List<Long> prepared = new ArrayList<>();
            for (int i = 0; i < POOL; i++) {
                Connection connection = pool.getConnection();
                connections.add(connection);
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("select count(*) from pg_prepared_statements"
                                + " where statement like '%insert into inbox.processed_events%'")) {
                    row.next();
                    prepared.add(row.getLong(1));
                }
            }
            return prepared;
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    /** Asks for the readiness when a callback comes; not every time, which would take long. */
    static final class Readiness implements Filter {
        private static final int OFTEN = 10;

        private final Queue<Integer> duringTheWarmUp = new ConcurrentLinkedQueue<>();

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            if (((HttpServletRequest) request).getRequestURI().startsWith("/dingtalk/callback")
                    && duringTheWarmUp.size() < OFTEN) {
                duringTheWarmUp.add(readinessOf(request));
            }
            chain.doFilter(request, response);
        }

        private static int readinessOf(ServletRequest request) {
            try {
                return readiness(URI.create("http://localhost:" + request.getLocalPort()));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Lets no callback in. */
    static final class Closed implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            if (((HttpServletRequest) request).getRequestURI().startsWith("/dingtalk/callback")) {
                ((HttpServletResponse) response).sendError(HttpServletResponse.SC_FORBIDDEN);
            } else {
                chain.doFilter(request, response);
            }
        }
    }

    /** A user's handler and observer. */
    static final class Witness implements EventHandler, Observer {
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();

        @Override
        public boolean handles(Event event) {
            return true;
        }

        @Override
        public void handle(Event event) {
            seen.add("handle " + event.id());
        }

        @Override
        public void handled(List<Event> events, Duration time, HandlerResult result) {
            events.forEach(event -> seen.add("handled " + event.id()));
        }

        @Override
        public void processed(Event event, boolean isFromQueue, Duration handlingTime) {
            seen.add("processed " + event.id());
        }

        @Override
        public void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {
            seen.add("duplicate " + delivered.id());
        }

        @Override
        public void answered(Event delivered, Outcome outcome) {
            seen.add("answered " + delivered.id());
        }
    }
}
