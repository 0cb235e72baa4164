package io.github.dingtalkinbox.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.apps.AppKeys.Keys;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.stream.GatewayConnection.Context;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Connections to a gateway that may misbehave, and a receiver that only remembers what it got. */
final class StreamFixture implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(30);

    /** Events that are processed at the same time. */
    static final int AT_ONCE = 128;

    static final Keys KEYS = new Keys("dingkey0001", "top-secret/+&= %");

    private static final TimeLimits TIME_LIMITS = new TimeLimits();
    private static final AtomicInteger NEXT = new AtomicInteger();

    final PlayedGateway gateway;
    final List<Event> received = new CopyOnWriteArrayList<>();
    final List<StreamListener.Ending> endings = new CopyOnWriteArrayList<>();
    final List<StreamListener.FrameKind> frames = new CopyOnWriteArrayList<>();
    final List<StreamListener.Acknowledgement> acknowledgements = new CopyOnWriteArrayList<>();

    /** Is above 0 as soon as any keeper has chosen how long to wait before its next attempt. */
    final AtomicInteger pauses = new AtomicInteger();

    private final RandomGenerator random = () -> {
        pauses.incrementAndGet();
        return ThreadLocalRandom.current().nextLong();
    };
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private volatile Receiver behaviour = StreamFixture::processed;
    private volatile Runnable whenReceived = () -> {};
    private volatile Runnable whenEnded = () -> {};
    private Executor threads = pool;
    private Duration deadline = Duration.ofMinutes(1);
    private volatile List<ConnectionKeeper> keepers = List.of();
    private @Nullable StreamEntrance entrance;

    StreamFixture() throws IOException {
        this(GatewaySettings.of(KEYS.clientId(), KEYS.clientSecret()));
    }

    StreamFixture(GatewaySettings settings) throws IOException {
        gateway = PlayedGateway.start(settings, Clock.systemUTC());
    }

    /** StreamTimes of seconds rather than minutes. */
    static StreamTimes quick() {
        return new StreamTimes(
                Duration.ofSeconds(4),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofHours(6),
                Duration.ZERO,
                Duration.ofSeconds(1));
    }

    void receive(Receiver receiver) {
        behaviour = receiver;
    }

    /**
     * Has the receiver take events, and give no outcome of any.
     *
     * @return ends that
     */
    CountDownLatch blockReceiver() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        receive(events -> {
            mayEnd.await();
            return processed(events);
        });
        return mayEnd;
    }

    /** Events are to be processed by these, from the next start on. */
    void processBy(Executor others) {
        threads = others;
    }

    /** By when an event is decided, from the next start on. */
    void answerBy(Duration time) {
        deadline = time;
    }

    /** Runs this when a frame has come, before anything else happens with it or comes. */
    void whenReceived(Runnable task) {
        whenReceived = task;
    }

    /** Runs this when a connection, or an attempt to have one, has ended, before anything else happens under its number. */
    void whenEnded(Runnable task) {
        whenEnded = task;
    }

    StreamEntrance start(int connections, StreamTimes times) {
        return start(connections, times, () -> HttpClients.through(null));
    }

    StreamEntrance start(int connections, StreamTimes times, Supplier<HttpClient> clients) {
        Gateway to = new Gateway(clients, gateway.baseUrl());
        Context context = context();
        StreamEntrance started = new StreamEntrance(() -> {
            List<ConnectionKeeper> made = new ArrayList<>();
            for (int number = 1; number <= connections; number++) {
                made.add(new ConnectionKeeper("default", number, KEYS, to, context, times, random));
            }
            keepers = made;
            return made;
        });
        entrance = started;
        started.start();
        return started;
    }

    private Context context() {
        Receiver receiver = events -> {
            received.addAll(events);
            return behaviour.receive(events);
        };
        return new Context(
                new EventFrames(new EventReader(Map.of()), receiver),
                new Heard(),
                new Turns(AT_ONCE),
                threads,
                TIME_LIMITS,
                deadline,
                Clock.systemUTC());
    }

    /** One that nobody keeps. */
    GatewayConnection newConnection() {
        return new GatewayConnection("default", context(), new Pulse(Clock.systemUTC()));
    }

    /** Opens it, and waits until something has been received. */
    void open(GatewayConnection connection) {
        try {
            var unused = new Gateway(() -> HttpClients.through(null), gateway.baseUrl()).open(KEYS, connection);
            connection.firstSign().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the watchdog does once a second, and has done when this returns. */
    void check() {
        keepers.forEach(ConnectionKeeper::check);
    }

    /** The first connection of the gateway, once the client knows that it works. */
    PlayedConnection first() {
        StreamEntrance started = Objects.requireNonNull(entrance);
        await().until(() -> started.connections().get(0).state() == ConnectionState.CONNECTED);
        return gateway.connections().get(0);
    }

    /** The connection with this number, from 1, once the gateway has it. */
    PlayedConnection connection(int number) {
        await().until(() -> gateway.connections().size() >= number);
        return gateway.connections().get(number - 1);
    }

    static FrameAnswer answer(CompletableFuture<FrameAnswer> future) throws Exception {
        return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    static void assertSuccess(List<CompletableFuture<FrameAnswer>> answers) throws Exception {
        for (CompletableFuture<FrameAnswer> each : answers) {
            assertThat(answer(each).isSuccess()).isTrue();
        }
    }

    static List<Outcome> processed(List<Event> events) {
        return events.stream()
                .<Outcome>map(event -> new Outcome.Processed(event.id()))
                .toList();
    }

    /** A new event of an approval. */
    static PlayedFrame event() {
        return event("e" + NEXT.incrementAndGet());
    }

    static PlayedFrame event(String eventId) {
        return PlayedFrame.event(
                "bpms_instance_change",
                eventId,
                "ding0001",
                1698551139950L,
                "{\"processInstanceId\":\"pi-" + eventId + "\",\"type\":\"start\",\"createTime\":1698551139000}");
    }

    @Override
    public void close() {
        if (entrance != null) {
            entrance.stop();
        }
        gateway.close();
        pool.shutdownNow();
    }

    private final class Heard implements StreamListener {
        @Override
        public void received(String app, FrameKind kind) {
            whenReceived.run();
            frames.add(kind);
        }

        @Override
        public void ended(String app, Ending reason) {
            whenEnded.run();
            endings.add(reason);
        }

        @Override
        public void acknowledged(String app, Acknowledgement answer, Duration time) {
            acknowledgements.add(answer);
        }
    }
}
