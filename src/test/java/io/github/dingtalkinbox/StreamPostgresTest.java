package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.example.host.HostApplication;
import com.sun.net.httpserver.HttpServer;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.gateway.Redelivery;
import io.github.dingtalkinbox.testing.ConnectProxy;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.ServiceProcess;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Stream mode from the gateway to the table. */
@Postgres
@SuppressWarnings("try") // a service that only has to be there
class StreamPostgresTest {
    private static final String CLIENT_ID = "dingstream0001";
    private static final String CLIENT_SECRET = "a-secret-of-stream";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Redelivery PATIENT =
            new Redelivery(Redelivery.DINGTALK_LIMIT, Duration.ofMillis(500), 100, false);

    /** Whatever JDBC does, the answer is there after 1.3 s; the margin is for this machine. */
    private static final Duration ANSWERED = Duration.ofMillis(1300);

    private static final Duration MARGIN = Duration.ofMillis(400);
    private static final int FRAMES = 40;

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static volatile Behaviour behaviour = event -> {};

    private final PlayedGateway gateway;
    private final JdbcClient jdbc;
    private final TestDatabase database;

    StreamPostgresTest(TestDatabase database) throws Exception {
        this.database = database;
        this.jdbc = database.jdbc();
        this.gateway = PlayedGateway.start(GatewaySettings.of(CLIENT_ID, CLIENT_SECRET), Clock.systemUTC());
    }

    @BeforeEach
    void countEffects() {
        jdbc.sql("create table if not exists effects (event_id text not null)").update();
        behaviour = event -> {};
    }

    @AfterEach
    void closeTheGateway() {
        gateway.close();
    }

    @Test
    void anEventHasCommittedBeforeItIsAcknowledged() throws Exception {
        CountDownLatch isHandled = new CountDownLatch(1);
        CountDownLatch mayEnd = blockHandler(isHandled);
        String id = newId();
        try (Service service = start(database)) {
            PlayedConnection connection = first();
            CompletableFuture<FrameAnswer> answer = connection.send(event(id));
            CompletableFuture<Integer> rowsWhenAnswered = answer.thenApply(sent -> processed(id));
            isHandled.await();
            assertThat(answer(connection.send(PlayedFrame.ping("a"))).fault()).isNull();
            assertThat(answer).isNotDone();
            assertThat(processed(id)).isZero();
            mayEnd.countDown();

            assertThat(rowsWhenAnswered.get(60, TimeUnit.SECONDS)).isOne();
            assertThat(answer(answer).isSuccess()).isTrue();
            assertThat(jdbc.sql("select transport from inbox.processed_events where event_id = ?")
                            .param("default:" + id)
                            .query(String.class)
                            .single())
                    .isEqualTo("stream");
            assertThat(effects(id)).isOne();
            assertThat(gateway.faults()).isEmpty();
        }
    }

    @Test
    void twinsOverTwoConnectionsTakeEffectOnce() throws Exception {
        try (Service service = start(database)) {
            assertThat(gateway.awaitConnections(2, SOON)).isTrue();
            List<String> ids =
                    Stream.generate(StreamPostgresTest::newId).limit(20).toList();
            List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
            for (String id : ids) {
                gateway.connections().forEach(connection -> answers.add(connection.send(event(id))));
            }

            for (CompletableFuture<FrameAnswer> each : answers) {
                assertThat(answer(each).isSuccess()).isTrue();
            }
            assertThat(ids).allSatisfy(id -> {
                assertThat(effects(id)).isOne();
                assertThat(processed(id)).isOne();
                assertThat(duplicates(id)).isOne();
            });
            assertThat(answer(gateway.push(event(ids.get(0)))).isSuccess()).isTrue();
            assertThat(effects(ids.get(0))).isOne();
            Invariants.assertNoRow(jdbc);
        }
    }

    @Test
    void whatComesByHttpAndByStreamTakesEffectOnce() throws Exception {
        try (Service service = start(database)) {
            first();
            for (int i = 0; i < 20; i++) {
                String id = newId();
                CompletableFuture<FrameAnswer> byStream = gateway.push(event(id));
                assertThat(service.client().deliver(pushed(id)).decrypted()).isEqualTo("success");

                assertThat(answer(byStream).isSuccess()).isTrue();
                assertThat(effects(id)).isOne();
                assertThat(processed(id)).isOne();
                assertThat(duplicates(id)).isOne();
            }
            Invariants.assertNoRow(jdbc);
        }
    }

    @Test
    void aBurstOnAllConnectionsIsNotMoreThanTheNodeMayReceive() throws Exception {
        CountDownLatch mayEnd = blockHandler(new CountDownLatch(1));
        try (Service service = start(database, "inbox.max-in-flight=8")) {
            assertThat(gateway.awaitConnections(2, SOON)).isTrue();
            List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                gateway.connections().forEach(connection -> answers.add(connection.send(event(newId()))));
            }
            for (PlayedConnection connection : gateway.connections()) { // then it has read them all
                answer(connection.send(PlayedFrame.ping("a")));
            }
            mayEnd.countDown();

            for (CompletableFuture<FrameAnswer> each : answers) {
                assertThat(answer(each).isSuccess()).isTrue();
            }
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aStopEndsStreamBesideTheDrainAndBeforeAnythingThatItsEventsNeed(CapturedOutput log) throws Exception {
        CountDownLatch isHandled = new CountDownLatch(1);
        CountDownLatch mayEnd = blockHandler(isHandled);
        String id = newId();
        Service service = start(database, "inbox.drain=500ms");
        PlayedConnection connection = first();
        CompletableFuture<FrameAnswer> running = connection.send(event(id));
        isHandled.await();
        Thread stopping = new Thread(service::close);
        stopping.start();
        await().until(() -> log.getAll().contains("No new event is taken from Stream"));
        assertThat(log.getAll()).contains("New callbacks are answered 503 for 500 ms");
        mayEnd.countDown();
        stopping.join();

        assertThat(answer(running).isSuccess()).isTrue();
        assertThat(processed(id)).isOne();
        assertThat(effects(id)).isOne();
        assertThat(connection.closeCode()).hasValue(1000);
    }

    @Test
    void anEventWhoseHandlerFailsIsQueuedAndAcknowledged() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        behaviour = event -> {
            if (failures.incrementAndGet() <= 2) {
                throw new IllegalStateException("not yet");
            }
        };
        String id = newId();
        try (Service service = start(database, "inbox.queue.initial-backoff=100ms")) {
            first();

            assertThat(answer(gateway.push(event(id))).isSuccess()).isTrue();
            assertThat(jdbc.sql("select count(*) from inbox.accepted_events where event_id = ?")
                            .param("default:" + id)
                            .query(Integer.class)
                            .single())
                    .isOne();
            await().untilAsserted(() -> assertThat(effects(id)).isOne());
            assertThat(answer(gateway.push(event(id))).isSuccess()).isTrue();
            assertThat(effects(id)).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync", "queue"})
    void whileTheDatabaseHangsTheAnswerIsLaterInTimeAndNothingIsLostOrDoubled(String mode, @TempDir Path directory)
            throws Exception {
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase own = server.database();
                Service service = start(own, "inbox.mode=" + mode, "inbox.deadline=1s")) {
            own.jdbc().sql("create table effects (event_id text not null)").update();
            PlayedConnection connection = first();
            // The first one may take longer than the deadline.
            assertThat(answer(gateway.deliver(event(newId()), PATIENT)).isSuccess())
                    .isTrue();

            server.hang();
            List<String> ids =
                    Stream.generate(StreamPostgresTest::newId).limit(FRAMES).toList();
            List<CompletableFuture<FrameAnswer>> sent =
                    ids.stream().map(id -> connection.send(event(id))).toList();
            // What needs no database, and comes when the answers are due, shows how slow the machine is just now.
            CompletableFuture<FrameAnswer> yardstick = new CompletableFuture<FrameAnswer>()
                    .completeOnTimeout(null, ANSWERED.toMillis(), TimeUnit.MILLISECONDS)
                    .thenCompose(due -> connection.send(PlayedFrame.ping("a")));
            List<FrameAnswer> answers = new ArrayList<>();
            for (CompletableFuture<FrameAnswer> each : sent) {
                answers.add(answer(each));
            }
            Duration slowness = answer(yardstick).time();
            server.goOn();

            assertThat(answers).allSatisfy(a -> assertThat(a.isLater()).isTrue());
            assertThat(median(answers)).isLessThan(ANSWERED.plus(slowness).plus(MARGIN));
            assertThat(Collections.max(answers.stream().map(FrameAnswer::time).toList()))
                    .isLessThan(Redelivery.DINGTALK_LIMIT.plus(slowness));
            List<CompletableFuture<FrameAnswer>> redelivered =
                    ids.stream().map(id -> gateway.deliver(event(id), PATIENT)).toList();
            for (CompletableFuture<FrameAnswer> each : redelivered) {
                each.get(120, TimeUnit.SECONDS);
            }
            await().untilAsserted(() -> assertThat(own.jdbc()
                            .sql("select count(*), count(distinct event_id) from effects")
                            .query((row, n) -> List.of(row.getInt(1), row.getInt(2)))
                            .single())
                    .containsOnly(FRAMES + 1));
            Invariants.assertNoRow(own.jdbc());
        }
    }

    @Test
    void anAppMayHaveStreamAlone() throws Exception {
        AtomicInteger polls = new AtomicInteger();
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            polls.incrementAndGet();
            exchange.close();
        });
        api.start();
        String[] recovery = {
            "inbox.recovery.base-url=http://127.0.0.1:" + api.getAddress().getPort(), "inbox.recovery.interval=1s"
        };
        try {
            try (Service service = start(database, streamAlone(recovery))) {
                first();
                String id = newId();
                assertThat(answer(gateway.push(event(id))).isSuccess()).isTrue();
                assertThat(effects(id)).isOne();
                assertThat(service.client().deliver(pushed(id)).status()).isEqualTo(404);
                await().during(Duration.ofSeconds(3)).until(() -> polls.get() == 0);
            }
            // With a callback URL they are polled.
            try (Service service = start(database, recovery)) {
                await().until(() -> polls.get() > 0);
            }
        } finally {
            api.stop(0);
        }
    }

    @Test
    void aHostWithoutAWebServerReceivesByStream() throws Exception {
        jdbc.sql("create schema host").update();
        jdbc.sql("create table host.bookings (purpose text not null)").update();
        jdbc.sql("create table host.accounts (balance int not null)").update();
        jdbc.sql("insert into host.accounts values (10)").update();
        List<String> arguments = new ArrayList<>(List.of(
                "spring.main.web-application-type=none",
                "inbox.deadline=20s", // as that of the service
                "spring.datasource.url=" + database.jdbcUrl() + "?currentSchema=host",
                "spring.datasource.username=" + database.user(),
                "spring.datasource.password=" + database.password()));
        arguments.addAll(stream());
        try (var host = SpringApplication.run(
                HostApplication.class,
                arguments.stream().map(argument -> "--" + argument).toArray(String[]::new))) {
            first();
            PlayedFrame payment =
                    PlayedFrame.event("host_payment", "p-1", "dinghost", 1698551139950L, "{\"purpose\":\"rent\"}");

            assertThat(answer(gateway.push(payment)).isSuccess()).isTrue();
            assertThat(answer(gateway.push(payment)).isSuccess()).isTrue();
            assertThat(jdbc.sql("select balance from host.accounts")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(9);
            assertThat(streamThreads()).contains("inbox-stream-watchdog").anyMatch(name -> name.matches(".*-\\d+"));
        }
        await().until(() -> gateway.openConnections().isEmpty());
        // Sooner than an idle thread ends of itself.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(streamThreads()).isEmpty());
    }

    @Test
    void aProxyLeadsToDingTalk() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.open();
                Service service = start(database, "inbox.proxy.url=" + proxy.url())) {
            first();
            assertThat(answer(gateway.push(event(newId()))).isSuccess()).isTrue();
            assertThat(proxy.passed())
                    .anyMatch(line -> line.startsWith("POST " + gateway.baseUrl()))
                    .anyMatch(line -> line.startsWith("CONNECT 127.0.0.1:" + gateway.port()));
            await().untilAsserted(() ->
                    assertThat(proxy.passed()).anyMatch(line -> line.startsWith("GET http://127.0.0.1:9/gettoken")));
        }
    }

    /** The JVM reads only once which kinds of login it may send: hence processes. */
    @ParameterizedTest
    @CsvSource({"inbox.proxy.password=right, true", "inbox.proxy.password=wrong, false", "inbox.proxy.username=, false"
    })
    void aProxyMayWantALogin(String property, boolean isRight, @TempDir Path directory) throws Exception {
        Path log = directory.resolve("service.log");
        List<String> properties = new ArrayList<>(stream());
        try (ConnectProxy proxy = ConnectProxy.withLogin("user", "right")) {
            properties.addAll(List.of("inbox.proxy.url=" + proxy.url(), "inbox.proxy.username=user", property));
            try (ServiceProcess service = new ServiceProcess(database, log, properties.toArray(String[]::new))) {
                service.start();
                if (isRight) {
                    first();
                    service.awaitReady();
                    assertThat(answer(gateway.push(event(newId()))).isSuccess()).isTrue();
                    assertThat(proxy.passed()).anyMatch(line -> line.startsWith("CONNECT "));
                    await().untilAsserted(() -> assertThat(proxy.passed())
                            .anyMatch(line -> line.startsWith("GET http://127.0.0.1:9/gettoken")));
                } else {
                    await().untilAsserted(() -> assertThat(Files.readAllLines(log))
                            .anyMatch(line -> line.contains("Stream connection 1 of the app default")
                                    && line.contains("inbox.proxy.username")));
                    assertThat(proxy.passed()).isEmpty();
                }
                assertThat(Files.readString(log)).doesNotContain(property, CLIENT_SECRET);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inbox.apps.default.client-id=|inbox.apps.default.client-secret is set, but .client-id is not",
                "inbox.apps.default.client-secret=|inbox.apps.default.client-id is set, but .client-secret is not",
                "inbox.apps.default.stream.connections=0|stream.connections must be 1 to 50, but is 0",
                "inbox.apps.default.stream.connections=51|stream.connections must be 1 to 50, but is 51",
                "inbox.stream.base-url=ftp://api.dingtalk.com|inbox.stream.base-url must be a URL such as https://api.dingtalk.com",
                "inbox.stream.watchdog=4s|inbox.stream.watchdog must be 5s to 1h",
                "inbox.stream.watchdog=99999999999999|inbox.stream.watchdog must be 5s to 1h",
                "inbox.proxy.url=https://proxy:3128|inbox.proxy.url must be a URL such as http://proxy.example.com:3128",
                "inbox.proxy.username=user|inbox.proxy.username and inbox.proxy.password belong together",
            })
    @ExtendWith(OutputCaptureExtension.class)
    void aWrongPropertyIsSaid(String property, String said, CapturedOutput output) {
        assertThatThrownBy(() -> start(database, property)).isInstanceOf(Exception.class);
        assertThat(output.getAll()).contains("APPLICATION FAILED TO START", said);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void streamModeWithoutKeysIsSaid(CapturedOutput output) {
        assertThatThrownBy(() -> Service.start(database, "inbox.apps.default.stream.enabled=true"))
                .isInstanceOf(Exception.class);
        assertThat(output.getAll())
                .contains(
                        "inbox.apps.default.stream.enabled is true, but .client-id and .client-secret are not set",
                        "INBOX_APPS_DEFAULT_CLIENTID");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void twoAppsWithOneClientIdAreSaid(CapturedOutput output) {
        assertThatThrownBy(() -> start(
                        database,
                        "inbox.apps.other.stream.enabled=true",
                        "inbox.apps.other.client-id=" + CLIENT_ID,
                        "inbox.apps.other.client-secret=" + CLIENT_SECRET))
                .isInstanceOf(Exception.class);
        assertThat(output.getAll())
                .contains("deliver each event to one of the two")
                .doesNotContain(CLIENT_SECRET);
    }

    private Service start(TestDatabase on, String... more) {
        List<String> all = new ArrayList<>(stream());
        all.addAll(List.of(more));
        return Service.start(List.of(Counting.class), on, all.toArray(String[]::new));
    }

    private List<String> stream() {
        return List.of(
                "inbox.apps.default.stream.enabled=true",
                "inbox.apps.default.client-id=" + CLIENT_ID,
                "inbox.apps.default.client-secret=" + CLIENT_SECRET,
                "inbox.stream.base-url=" + gateway.baseUrl(),
                // Nobody is there. Another test may have polled a moment ago.
                "inbox.recovery.base-url=http://127.0.0.1:9",
                "inbox.recovery.interval=1s");
    }

    private static String[] streamAlone(String... more) {
        return Stream.concat(
                        Stream.of(
                                "inbox.apps.default.token=",
                                "inbox.apps.default.aes-key=",
                                "inbox.apps.default.owner-key="),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private PlayedConnection first() throws InterruptedException {
        assertThat(gateway.awaitConnections(1, SOON)).isTrue();
        return gateway.openConnections().get(0);
    }

    private static FrameAnswer answer(CompletableFuture<FrameAnswer> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static Duration median(List<FrameAnswer> answers) {
        return answers.stream().map(FrameAnswer::time).sorted().toList().get(answers.size() / 2);
    }

    private int processed(String id) {
        return count("inbox.processed_events", "default:" + id);
    }

    private int duplicates(String id) {
        return count("inbox.duplicate_deliveries", "default:" + id);
    }

    private int effects(String id) {
        return count("effects", "default:" + id);
    }

    private int count(String table, String eventId) {
        return jdbc.sql("select count(*) from " + table + " where event_id = ?")
                .param(eventId)
                .query(Integer.class)
                .single();
    }

    /**
     * Lets each event wait in its handler.
     *
     * @param isHandled counted down by an event that has come so far
     * @return ends that
     */
    private static CountDownLatch blockHandler(CountDownLatch isHandled) {
        CountDownLatch mayEnd = new CountDownLatch(1);
        behaviour = event -> {
            isHandled.countDown();
            mayEnd.await();
        };
        return mayEnd;
    }

    private static List<String> streamThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("inbox-stream"))
                .toList();
    }

    private static String newId() {
        return "stream-" + NEXT.incrementAndGet();
    }

    private static PlayedFrame event(String id) {
        return PlayedFrame.event(
                "bpms_instance_change",
                id,
                "ding0001",
                1698551139950L,
                "{\"processInstanceId\":\"pi-" + id + "\",\"type\":\"start\",\"createTime\":1698551139000}");
    }

    /** The same event as DingTalk pushes it. */
    private static String pushed(String id) {
        return """
                {"EventType":"bpms_instance_change","eventId":"%s","corpId":"ding0001","processInstanceId":"pi-%s",
                 "type":"start","createTime":1698551139000}""".formatted(id, id);
    }

    private interface Behaviour {
        void before(Event event) throws Exception;
    }

    /** Notes each effect, after whatever the test wants to happen before. */
    static final class Counting {
        @Bean
        EventHandler counting(JdbcClient jdbc) {
            return new EventHandler() {
                @Override
                public boolean handles(Event event) {
                    return true;
                }

                @Override
                public void handle(Event event) throws Exception {
                    behaviour.before(event);
                    jdbc.sql("insert into effects (event_id) values (?)")
                            .param(event.id())
                            .update();
                }
            };
        }
    }
}
