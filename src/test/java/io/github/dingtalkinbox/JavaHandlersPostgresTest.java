package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

/** What the page on handlers says of Java. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class JavaHandlersPostgresTest {
    private final TestDatabase database;
    private final String id = UUID.randomUUID().toString();

    JavaHandlersPostgresTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void empty() {
        database.jdbc()
                .sql(
                        "drop schema if exists host cascade; create schema host; create table host.calls (n serial, what text)")
                .update();
    }

    @Test
    void handlersRunInTheirOrderAndOnceForTwins() throws Exception {
        try (var host = start(LastHandler.class, FirstHandler.class)) {
            assertThat(receive(host)).isInstanceOf(Outcome.Processed.class);
            assertThat(receive(host)).isInstanceOf(Outcome.Duplicate.class);
        }
        assertThat(calls()).containsExactly("first", "last");
    }

    /** It would fail, and all would go by way of the queue, if it were asked outside of the transaction what it handles. */
    @Test
    void classThatDemandsATransactionIsNotAskedInOne() throws Exception {
        try (var host = start(DemandingHandler.class)) {
            assertThat(receive(host)).isInstanceOf(Outcome.Processed.class);
        }
        assertThat(calls()).containsExactly("demanding");
    }

    @Test
    void failureOfOneUndoesWhatTheOthersWrote() throws Exception {
        try (var host = start(FirstHandler.class, FailingHandler.class)) {
            assertThat(receive(host)).isInstanceOf(Outcome.Queued.class);
        }
        assertThat(calls()).isEmpty();
    }

    @Test
    void listenersHearOfTheCommitOnceItIsThere() throws Exception {
        try (var host = start(PublishingHandler.class, AfterCommit.class)) {
            receive(host);
            receive(host);
            assertThat(host.getBean(AfterCommit.class).heard).containsExactly("1 row");
        }
    }

    @Test
    void listenerThatFailsAfterTheCommitIsTriedNoMore(CapturedOutput output) throws Exception {
        try (var host = start(PublishingHandler.class, FailingAfterCommit.class)) {
            assertThat(receive(host)).isInstanceOf(Outcome.Processed.class);
        }
        assertThat(output).contains("no mail today");
        assertThat(calls()).containsExactly("publishing");
        assertThat(database.jdbc()
                        .sql("select count(*) from inbox.queued_events where event_id = 'default:" + id + "'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void handlerThatCannotKeepThePromiseIsRefusedAtTheStart(CapturedOutput output) {
        assertThatThrownBy(() -> start(FirstHandler.class, RunawayHandler.class).close())
                .isNotNull();
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("RunawayHandler.handle is @Async: it would run on another thread")
                .contains("Remove @Async.");
    }

    private ConfigurableApplicationContext start(Class<?>... components) {
        List<Class<?>> sources = new ArrayList<>(List.of(components));
        sources.add(Nothing.class);
        SpringApplication host = new SpringApplication(sources.toArray(Class<?>[]::new));
        return host.run(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl() + "?currentSchema=host",
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--inbox.deadline=20s",
                "--inbox.queue.initial-backoff=15m",
                "--inbox.drain=0s",
                "--inbox.apps.default.token=" + Service.CREDENTIALS.token(),
                "--inbox.apps.default.aes-key=" + Service.CREDENTIALS.aesKey(),
                "--inbox.apps.default.owner-key=" + Service.CREDENTIALS.ownerKey());
    }

    private Outcome receive(ConfigurableApplicationContext host) throws Exception {
        String json = """
                {"EventType": "host_order", "eventId": "%s"}""".formatted(id);
        var delivery = new Delivery(Transport.HTTP, Instant.parse("2026-11-24T00:00:00Z"), null);
        List<Event> events = host.getBean(Events.class).read("default", json.getBytes(UTF_8), delivery);
        return host.getBean(Receiver.class).receive(events).get(0);
    }

    private List<String> calls() {
        return database.jdbc()
                .sql("select what from host.calls order by n")
                .query(String.class)
                .list();
    }

    @EnableAutoConfiguration
    static class Nothing {}

    abstract static class NotingHandler implements EventHandler {
        private final JdbcTemplate jdbc;
        private final String what;

        NotingHandler(JdbcTemplate jdbc, String what) {
            this.jdbc = jdbc;
            this.what = what;
        }

        @Override
        public boolean handles(Event event) {
            return event.type().equals("host_order");
        }

        @Override
        public void handle(Event event) {
            jdbc.update("insert into calls (what) values (?)", what);
        }
    }

    @Order(2)
    static class LastHandler extends NotingHandler {
        LastHandler(JdbcTemplate jdbc) {
            super(jdbc, "last");
        }
    }

    @Order(1)
    static class FirstHandler extends NotingHandler {
        FirstHandler(JdbcTemplate jdbc) {
            super(jdbc, "first");
        }
    }

    @Transactional(propagation = Propagation.MANDATORY)
    static class DemandingHandler extends NotingHandler {
        DemandingHandler(JdbcTemplate jdbc) {
            super(jdbc, "demanding");
        }
    }

    static class FailingHandler extends NotingHandler {
        FailingHandler(JdbcTemplate jdbc) {
            super(jdbc, "failing");
        }

        @Override
        public void handle(Event event) {
            super.handle(event);
            throw new IllegalStateException("not today");
        }
    }

    static class PublishingHandler extends NotingHandler {
        private final ApplicationEventPublisher publisher;

        PublishingHandler(JdbcTemplate jdbc, ApplicationEventPublisher publisher) {
            super(jdbc, "publishing");
            this.publisher = publisher;
        }

        @Override
        public void handle(Event event) {
            super.handle(event);
            publisher.publishEvent(new OrderPlaced(event.id()));
        }
    }

    record OrderPlaced(String eventId) {}

    static class AfterCommit {
        private final JdbcTemplate jdbc;
        private final List<String> heard = new CopyOnWriteArrayList<>();

        AfterCommit(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @TransactionalEventListener
        public void on(OrderPlaced placed) {
            heard.add(jdbc.queryForObject(
                    "select count(*) || ' row' from inbox.processed_events where event_id = ?",
                    String.class,
                    placed.eventId()));
        }
    }

    static class FailingAfterCommit {
        @TransactionalEventListener
        public void on(OrderPlaced placed) {
            throw new IllegalStateException("no mail today for " + placed.eventId());
        }
    }

    static class RunawayHandler extends NotingHandler {
        RunawayHandler(JdbcTemplate jdbc) {
            super(jdbc, "runaway");
        }

        @Async
        @Override
        public void handle(Event event) {
            super.handle(event);
        }
    }
}
