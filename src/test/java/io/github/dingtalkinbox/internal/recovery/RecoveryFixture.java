package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.apps.AppKeys;
import io.github.dingtalkinbox.internal.http.Http;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.identity.EventTypeRules;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A node that polls a local DingTalk, and what it leaves in the database. */
@Postgres
abstract class RecoveryFixture {
    static final String APP = "default";
    /** Every poll is due. */
    static final Duration ALWAYS = Duration.ZERO;

    final TestDatabase database;
    final JdbcClient jdbc;
    final LocalDingTalk dingTalk = LocalDingTalk.start();
    /** The approvals and other events that were handled, each as often as it was. */
    final List<String> handled = new CopyOnWriteArrayList<>();

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T00:00:00Z"));
    /** How long a call may take. No test waits for it unless it sets another one. */
    Duration longestCall = Duration.ofSeconds(30);

    /** Events without any other identity are told apart after a millisecond. */
    final EventReader reader =
            new EventReader(Map.of("user_add_org", new EventTypeRules(null, Duration.ofMillis(1), null)));

    RecoveryFixture(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void empty() {
        jdbc.sql(
                        "truncate inbox.processed_events, inbox.duplicate_deliveries, inbox.identity_windows, inbox.queued_events, inbox.accepted_events, inbox.recovery_polls,"
                                + " inbox.failed_callback_pages")
                .update();
    }

    @AfterEach
    void stop() {
        dingTalk.close();
        Invariants.assertNoRow(jdbc);
    }

    final RecoveryPoll node() {
        return node(inbox(event -> {}));
    }

    final RecoveryPoll node(Receiver receiver) {
        return poll(app(APP, LocalDingTalk.KEYS, ALWAYS, receiver));
    }

    static RecoveryPoll poll(AppPoll... apps) {
        return new RecoveryPoll(List.of(apps), ALWAYS, Duration.ZERO);
    }

    final AppPoll app(String name, AppKeys.Keys keys, Duration interval, Receiver receiver) {
        return app(name, keys, interval, receiver, database.dataSource());
    }

    final AppPoll app(String name, AppKeys.Keys keys, Duration interval, Receiver receiver, DataSource dataSource) {
        Clock clock = InstantSource.offset(() -> now.get(), Duration.ZERO).withZone(ZoneOffset.UTC);
        return new AppPoll(
                name,
                interval,
                new DingTalkApi(new Http(HttpClients.through(null), longestCall), dingTalk.url(), keys, clock),
                new PageReceiver(reader, receiver),
                new AppPoll.Tables(new RecoveryPolls(dataSource), new FailedCallbackPages(dataSource)),
                clock);
    }

    final Node inbox(Consumer<Event> handler) {
        return Node.on(database)
                .handlers(List.of(new EventHandler() {
                    @Override
                    public boolean handles(Event event) {
                        return true;
                    }

                    @Override
                    public void handle(Event event) {
                        handler.accept(event);
                        handled.add(
                                event.payload().json().path("processInstanceId").asString(event.type()));
                    }
                }))
                .build();
    }

    final long count(String rows) {
        return jdbc.sql("select count(*) from inbox." + rows).query(Long.class).single();
    }

    final Map<String, Object> row(String columnsAndTable) {
        return jdbc.sql("select " + columnsAndTable).query().singleRow();
    }

    final String lastError() {
        return jdbc.sql("select coalesce(last_error, '') from inbox.recovery_polls")
                .query(String.class)
                .single();
    }
}
