package io.github.dingtalkinbox.internal.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.OpenAnswer;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import io.github.dingtalkinbox.service.gateway.UpgradeAnswer;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamEntranceTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void anEventIsReceivedAndAcknowledged() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            StreamLevels levels = stream.start(2, StreamTimes.usual(Duration.ofSeconds(90)));
            assertThat(stream.gateway.awaitConnections(2, SOON)).isTrue();

            FrameAnswer answer = answer(stream.gateway.push(StreamFixture.event("e-1")));

            assertThat(answer.fault()).isNull();
            assertThat(answer.isSuccess()).isTrue();
            assertThat(stream.received).singleElement().satisfies(event -> {
                assertThat(event.id()).isEqualTo("default:e-1");
                assertThat(event.corpId()).isEqualTo("ding0001");
                assertThat(event.type()).isEqualTo("bpms_instance_change");
                assertThat(event.identity().naturalKey())
                        .isEqualTo("default:ding0001:bpms_instance_change:pi-e-1:start");
                assertThat(event.occurredAt()).hasToString("2023-10-29T03:45:39.950Z");
                assertThat(event.delivery().transport()).isEqualTo(Transport.STREAM);
            });
            // The gateway has both a moment before the client knows that they work.
            org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(levels.connections())
                    .hasSize(2)
                    .allSatisfy(c -> assertThat(c.state()).isEqualTo(ConnectionState.CONNECTED)));
            assertThat(levels.failing()).isEmpty();
            assertThat(stream.gateway.faults()).isEmpty();
            String address = JsonText.read(stream.gateway.openCalls().get(0).getBytes(UTF_8))
                    .json()
                    .path("localIp")
                    .stringValue("");
            assertThat(NetworkInterface.getByInetAddress(InetAddress.getByName(address)))
                    .as(address)
                    .isNotNull();
        }
    }

    @Test
    void whatCouldNotBeStoredIsToBeDeliveredLater() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamTimes.usual(Duration.ofSeconds(90)));
            assertThat(stream.gateway.awaitConnections(1, SOON)).isTrue();
            stream.receive(events -> {
                throw new DatabaseUnavailable("The database has not answered in time", new IllegalStateException());
            });

            assertThat(answer(stream.gateway.push(StreamFixture.event())).isLater())
                    .isTrue();
            await().until(() -> stream.acknowledgements.equals(List.of(StreamListener.Acknowledgement.LATER)));
            assertThat(stream.gateway.faults()).isEmpty();
        }
    }

    @Test
    void aStopFinishesWhatRunsAndCloses() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance = stream.start(1, StreamTimes.usual(Duration.ofSeconds(90)));
            assertThat(stream.gateway.awaitConnections(1, SOON)).isTrue();
            PlayedConnection connection = stream.gateway.connections().get(0);
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            stream.receive(events -> {
                running.countDown();
                mayEnd.await();
                return StreamFixture.processed(events);
            });
            CompletableFuture<FrameAnswer> inTime = connection.send(StreamFixture.event());
            running.await();

            Thread stopping = new Thread(entrance::stop);
            stopping.start();
            await().until(() -> entrance.connections().get(0).state() == ConnectionState.STOPPED);
            assertThat(answer(connection.send(StreamFixture.event())).isLater()).isTrue();
            mayEnd.countDown();
            stopping.join();

            assertThat(answer(inTime).isSuccess()).isTrue();
            assertThat(connection.awaitEnd(SOON)).isTrue();
            assertThat(connection.closeCode()).hasValue(1000);
            assertThat(stream.received).hasSize(1);
            assertThat(entrance.connections())
                    .allSatisfy(c -> assertThat(c.state()).isEqualTo(ConnectionState.STOPPED));
        }
    }

    @Test
    void whatWaitsBehindOthersAtAStopIsNotBegun() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            CountDownLatch mayEnd = stream.blockReceiver();
            StreamEntrance entrance = stream.start(2, StreamTimes.usual(Duration.ofSeconds(90)));
            assertThat(stream.gateway.awaitConnections(2, SOON)).isTrue();
            PlayedConnection busy = stream.gateway.connections().get(0);
            PlayedConnection other = stream.gateway.connections().get(1);
            List<CompletableFuture<FrameAnswer>> running = new ArrayList<>();
            for (int i = 0; i < StreamFixture.AT_ONCE; i++) {
                running.add(busy.send(StreamFixture.event()));
            }
            await().until(() -> stream.received.size() == StreamFixture.AT_ONCE);
            List<CompletableFuture<FrameAnswer>> waiting = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                waiting.add((i % 2 == 0 ? busy : other).send(StreamFixture.event()));
            }
            // Their answers come behind them.
            answer(busy.send(PlayedFrame.ping("a")));
            answer(other.send(PlayedFrame.ping("a")));

            Thread stopping = new Thread(entrance::stop);
            stopping.start();
            for (CompletableFuture<FrameAnswer> each : waiting) {
                assertThat(answer(each).isLater()).isTrue();
            }
            mayEnd.countDown();
            stopping.join();

            for (CompletableFuture<FrameAnswer> each : running) {
                assertThat(answer(each).isSuccess()).isTrue();
            }
            assertThat(stream.received).hasSize(StreamFixture.AT_ONCE);
        }
    }

    @Test
    void aStopFinishesWhatRunsOfAConnectionThatHasGoneAndBeginsNoMoreOfIt() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance = stream.start(1, StreamTimes.usual(Duration.ofSeconds(90)));
            PlayedConnection connection = stream.first();
            CountDownLatch mayEnd = new CountDownLatch(1);
            AtomicInteger ended = new AtomicInteger();
            stream.receive(events -> {
                mayEnd.await();
                ended.incrementAndGet();
                return StreamFixture.processed(events);
            });
            int waiting = 5;
            for (int i = 0; i < StreamFixture.AT_ONCE + waiting; i++) {
                var unused = connection.send(StreamFixture.event());
            }
            await().until(() -> stream.frames.size() == StreamFixture.AT_ONCE + waiting);
            await().until(() -> stream.received.size() == StreamFixture.AT_ONCE);
            connection.reset();
            await().until(() -> !stream.endings.isEmpty());
            stream.check();

            Thread stopping = new Thread(entrance::stop);
            stopping.start();
            await().until(() -> entrance.connections().get(0).state() == ConnectionState.STOPPED);
            mayEnd.countDown();
            stopping.join();

            assertThat(ended).hasValue(StreamFixture.AT_ONCE);
            await().until(() -> stream.acknowledgements.size() == StreamFixture.AT_ONCE + waiting);
            assertThat(stream.acknowledgements).containsOnly(StreamListener.Acknowledgement.UNSENT);
            assertThat(stream.received).hasSize(StreamFixture.AT_ONCE);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = OpenAnswer.class,
            names = {"AUTH_FAILED", "UNAVAILABLE"})
    void anAttemptThatFailsDuringAStopLeavesItStopped(OpenAnswer how) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.gateway.answerOpenCalls(how);
            CompletableFuture<Void> failed = new CompletableFuture<>();
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            stream.whenEnded(() -> {
                failed.complete(null);
                stopped.join();
            });
            StreamEntrance entrance = stream.start(1, StreamFixture.quick());
            failed.get(SOON.toSeconds(), TimeUnit.SECONDS);
            entrance.stop();
            stopped.complete(null);

            await().until(() -> stream.endings.contains(StreamListener.Ending.STOPPED));
            assertThat(entrance.connections())
                    .singleElement()
                    .extracting(StreamConnection::state)
                    .isEqualTo(ConnectionState.STOPPED);
        }
    }

    @Test
    void theNextConnectionWorksBeforeTheOldOneIsLeft() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance = stream.start(1, StreamFixture.quick());
            PlayedConnection old = stream.first();
            Instant opened = entrance.connections().get(0).since();
            answer(old.send(PlayedFrame.ping("a")));

            var unused = old.disconnect("connection is expired");
            await().until(() -> stream.gateway.connections().size() == 2);
            assertThat(answer(stream.gateway.connections().get(1).send(StreamFixture.event()))
                            .isSuccess())
                    .isTrue();
            assertThat(stream.endings).containsExactly(StreamListener.Ending.DISCONNECT);
            assertThat(old.awaitEnd(SOON)).isTrue();
            assertThat(old.closeCode()).hasValue(1000);
            assertThat(entrance.connections()).singleElement().satisfies(connection -> {
                assertThat(connection.state()).isEqualTo(ConnectionState.CONNECTED);
                assertThat(connection.since()).isAfter(opened);
            });
            assertThat(stream.gateway.faults()).isEmpty();
        }
    }

    @Test
    void atTheEndOfItsLifeAConnectionStaysUntilSomethingHasComeOnTheNextOne() throws Exception {
        Duration life = Duration.ofSeconds(3);
        StreamTimes times =
                new StreamTimes(SOON, Duration.ofSeconds(2), Duration.ofSeconds(1), life, Duration.ZERO, SOON);
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, times);
            PlayedConnection old = stream.first();
            stream.gateway.answerNextUpgrades(1, UpgradeAnswer.DEAD);
            stream.connection(2);

            assertThat(answer(old.send(StreamFixture.event())).isSuccess()).isTrue();
            PlayedConnection next = stream.connection(3);
            assertThat(answer(next.send(StreamFixture.event())).isSuccess()).isTrue();
            assertThat(old.awaitEnd(SOON)).isTrue();
            assertThat(old.closeCode()).hasValue(1000);
            assertThat(stream.endings).startsWith(StreamListener.Ending.END_OF_LIFE, StreamListener.Ending.UNAVAILABLE);
        }
    }

    private static FrameAnswer answer(CompletableFuture<FrameAnswer> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionThatWasThereIsFailingOnceNothingHasComeForTheTimeOfTheWatchdog() throws Exception {
        Duration watchdog = Duration.ofSeconds(10);
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance =
                    stream.start(1, new StreamTimes(watchdog, SOON, SOON, Duration.ofHours(6), Duration.ZERO, SOON));
            PlayedConnection connection = stream.first();
            stream.gateway.answerOpenCalls(OpenAnswer.UNAVAILABLE);
            answer(connection.send(StreamFixture.event()));
            connection.drop();
            await().until(() -> entrance.connections().get(0).state() == ConnectionState.CONNECTING);
            assertThat(entrance.failing()).isEmpty();

            StreamConnection failing = await().atMost(SOON)
                    .until(entrance::failing, list -> list.size() == 1)
                    .get(0);
            assertThat(Duration.between(Objects.requireNonNull(failing.lastFrameAt()), Instant.now()))
                    .isGreaterThan(watchdog.dividedBy(2));
            assertThat(failing.state()).isEqualTo(ConnectionState.CONNECTING);
            assertThat(failing.problem()).contains("503");

            stream.gateway.answerOpenCalls(OpenAnswer.RIGHT);
            await().atMost(SOON.plus(Backoff.LONGEST))
                    .until(() -> entrance.failing().isEmpty());
        }
    }

    /** What fails is its selector, as after it has run out of memory: that lasts. */
    @Test
    void aClientThatFailsForEverIsReplaced() throws Exception {
        HttpClient broken = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(task -> {
                    throw new RejectedExecutionException("ended");
                })
                .build();
        AtomicInteger made = new AtomicInteger();
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(
                    1, StreamFixture.quick(), () -> made.getAndIncrement() == 0 ? broken : HttpClients.through(null));

            assertThat(answer(stream.connection(1).send(StreamFixture.event())).isSuccess())
                    .isTrue();
        }
    }

    /** Without a web server, nothing else might. */
    @Test
    void theConnectionsKeepTheProcessAlive() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            // Those of another test may take a moment to end.
            Set<Thread> others = Thread.getAllStackTraces().keySet();
            stream.start(2, StreamFixture.quick());
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("inbox-stream") && !others.contains(thread)))
                    .hasSize(2)
                    .noneMatch(Thread::isDaemon);
        }
    }

    /** A process may have no memory for a thread, for a while. */
    @Test
    void aConnectionComesBackWhenItsOwnThreadHasFailed() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(task -> {
                    if (fails.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    new Thread(task).start();
                })
                .build();
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamFixture.quick(), () -> client);

            assertThat(answer(stream.connection(1).send(StreamFixture.event())).isSuccess())
                    .isTrue();
        }
    }
}
