package io.github.dingtalkinbox.internal.stream;

import static io.github.dingtalkinbox.internal.stream.StreamFixture.SOON;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.answer;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.OpenAnswer;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.UpgradeAnswer;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left over of connections that have gone. */
class StreamLeaksTest {
    private static final StreamTimes TIMES = new StreamTimes(
            Duration.ofSeconds(8),
            Duration.ofSeconds(8),
            Duration.ofMillis(100),
            Duration.ofHours(6),
            Duration.ZERO,
            SOON);

    /** The keepers' and the watchdog's, and those of the client, which are shared by all connections. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("inbox-stream") || name.startsWith("HttpClient-"))
                .count();
    }

    @Test
    void fiftyConnectionsLaterThereAreNoMoreThreadsAndConnectionsThanAtFirst() throws Exception {
        long before = threads();
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance = stream.start(1, TIMES);
            stream.first();
            for (int number = 1; number <= 50; number++) {
                PlayedConnection connection = stream.connection(number);
                CompletableFuture<FrameAnswer> answer = connection.send(event());
                assertThat(answer(answer).isSuccess()).isTrue();
                var unused = connection.disconnect("connection is expired");
            }
            stream.connection(51);

            await().until(() -> stream.gateway.connections().stream()
                            .filter(connection -> !connection.isEnded())
                            .count()
                    == 1);
            // Two of our own; a selector, and a worker for each thing that happened at the same time.
            assertThat(threads() - before).isLessThan(2 + 1 + 8);
            assertThat(stream.received).hasSize(50);
            entrance.stop();
            await().until(() -> stream.gateway.openConnections().isEmpty());
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("inbox-stream")));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = UpgradeAnswer.class,
            names = {"NEVER", "DEAD", "REFUSED", "RIGHT"})
    void aStopLeavesNothingOpenWhateverStateItIsIn(UpgradeAnswer how) throws Exception {
        for (int i = 0; i < 5; i++) {
            try (StreamFixture stream = new StreamFixture()) {
                stream.gateway.answerUpgrades(how);
                StreamEntrance entrance = stream.start(2, TIMES);
                await().until(() -> stream.gateway.openCalls().size() >= 2);
                long start = System.nanoTime();
                entrance.stop();

                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
                await().until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("inbox-stream")));
                if (how == UpgradeAnswer.RIGHT) {
                    await().until(() -> stream.gateway.connections().stream().allMatch(PlayedConnection::isEnded));
                }
                int opened = stream.gateway.openCalls().size();
                await().during(Duration.ofMillis(300))
                        .until(() -> stream.gateway.openCalls().size() == opened);
            }
        }
    }

    @Test
    void aStopLeavesNothingOpenThatIsOpenedAtTheSameMoment() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            GatewayConnection connection = stream.newConnection();
            // The stop has seen that nothing is open, and goes on when this has ended.
            CompletableFuture<?> opened = connection.leaving().thenRun(() -> stream.open(connection));
            connection.close().get(SOON.toSeconds(), TimeUnit.SECONDS);

            assertThat(opened).isCompleted();
            assertThat(stream.connection(1).awaitEnd(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = OpenAnswer.class,
            names = {"NEVER", "DRIPPING", "AUTH_FAILED", "UNAVAILABLE"})
    void aStopDoesNotWaitForAnOpenCall(OpenAnswer how) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.gateway.answerOpenCalls(how);
            StreamEntrance entrance = stream.start(2, TIMES);
            await().until(() -> stream.gateway.openCalls().size() >= 2);
            long start = System.nanoTime();
            entrance.stop();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("inbox-stream")));
        }
    }

    @Test
    void fiftyAttemptsThatFailLeaveNoClientEach() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            long before = selectors();
            stream.gateway.answerOpenCalls(OpenAnswer.UNAVAILABLE);
            assertFail(50, stream.gateway.baseUrl());
            stream.gateway.answerOpenCalls(OpenAnswer.RIGHT);
            stream.gateway.answerUpgrades(UpgradeAnswer.REFUSED);
            assertFail(50, stream.gateway.baseUrl());
            // One for each of the two.
            assertThat(selectors() - before).isLessThanOrEqualTo(2);

            URI gone = stream.gateway.baseUrl();
            stream.gateway.close();
            assertFail(50, gone);
            // Two more; with those of later minutes, if the machine is as slow as that.
            assertThat(selectors() - before).isLessThan(10);
        }
    }

    private static void assertFail(int attempts, URI gateway) {
        Gateway to = new Gateway(() -> HttpClients.through(null), gateway);
        for (int i = 0; i < attempts; i++) {
            assertThatThrownBy(() -> to.open(StreamFixture.KEYS, new WebSocket.Listener() {}))
                    .isInstanceOf(OpenFailed.class);
        }
    }

    private static long selectors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("HttpClient-.*SelectorManager"))
                .count();
    }

    @Test
    void itCanBeStartedAgain() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance = stream.start(1, TIMES);
            stream.first();
            entrance.stop();
            entrance.start();

            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            assertThat(List.of(entrance.isRunning(), entrance.connections().size() == 1))
                    .containsOnly(true);
        }
    }
}
