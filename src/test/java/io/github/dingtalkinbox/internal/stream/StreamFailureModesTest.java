package io.github.dingtalkinbox.internal.stream;

import static io.github.dingtalkinbox.internal.stream.StreamFixture.SOON;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.answer;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.assertSuccess;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.event;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.processed;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.quick;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.github.dingtalkinbox.internal.stream.StreamListener.Acknowledgement;
import io.github.dingtalkinbox.internal.stream.StreamListener.Ending;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.GatewayCount;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.OpenAnswer;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import io.github.dingtalkinbox.service.gateway.UpgradeAnswer;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * What the clients of Stream mode, the official ones too, were seen to fail at, and this one must not. The numbers are
 * those of the list from which its documentation speaks of them; 14 to 16, 18 and 19 are not a matter of the client's behaviour.
 */
class StreamFailureModesTest {
    /** Storms are counted in this time. */
    private static final Duration STORM = Duration.ofSeconds(6);

    private static final GatewaySettings SETTINGS =
            GatewaySettings.of(StreamFixture.KEYS.clientId(), StreamFixture.KEYS.clientSecret());

    @Test
    void mode1_whatStillComesOnTheOldConnectionIsAnswered() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            PlayedConnection old = stream.first();
            answer(old.disconnect("connection is expired"));
            PlayedConnection next = stream.connection(2);

            List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add((i % 2 == 0 ? old : next).send(event()));
            }

            assertSuccess(answers);
            assertThat(stream.received).hasSize(10);
            assertThat(old.awaitEnd(SOON)).isTrue();
            assertThat(old.closeCode()).hasValue(1000);
            assertThat(stream.gateway.faults()).isEmpty();
        }
    }

    @Test
    void mode1_aConnectionThatIsGivenUpIsClosedSoThatNothingIsSentOnIt() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            PlayedConnection old = stream.first();
            old.stopSending();

            assertThat(old.awaitEnd(SOON)).isTrue();
            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            assertThat(stream.gateway.openConnections()).hasSize(1);
        }
    }

    @Test
    void mode2_aNewConnectionIsOpenedAtOnceWhenDingTalkAsksForIt() throws Exception {
        try (StreamFixture stream = new StreamFixture(SETTINGS.withSilence(Duration.ofMinutes(5)))) {
            stream.start(
                    1, new StreamTimes(quick().watchdog(), SOON, Duration.ofMinutes(5), SOON, Duration.ZERO, SOON));
            PlayedConnection old = stream.first();

            FrameAnswer answer = answer(old.disconnect("persistent connection is timeout"));

            assertThat(answer.fault()).isNull();
            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            assertThat(stream.pauses).hasValue(0);
            assertThat(old.isEnded()).isFalse();
            assertThat(stream.endings).containsExactly(Ending.DISCONNECT);
        }
    }

    static List<Named<Consumer<PlayedConnection>>> halfDead() {
        return List.of(
                Named.of("does not send", PlayedConnection::stopSending),
                Named.of("neither reads nor sends", PlayedConnection::die));
    }

    @ParameterizedTest
    @MethodSource("halfDead")
    void mode3_aHalfDeadConnectionIsReplaced(Consumer<PlayedConnection> dies) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance = stream.start(1, quick());
            PlayedConnection old = stream.first();
            dies.accept(old);

            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            assertThat(stream.endings).containsExactly(Ending.SILENT);
            assertThat(entrance.failing()).isEmpty();
            assertThat(stream.gateway.count(GatewayCount.CONNECTIONS)).isEqualTo(2);
        }
    }

    @Test
    void mode3_aConnectionThatIsDeadFromTheBeginningIsReplaced() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.gateway.answerNextUpgrades(1, UpgradeAnswer.DEAD);
            StreamEntrance entrance = stream.start(1, quick());

            PlayedConnection next = stream.connection(2);
            assertThat(answer(next.send(event())).isSuccess()).isTrue();
            await().untilAsserted(() -> assertThat(entrance.connections())
                    .singleElement()
                    .extracting(StreamConnection::state)
                    .isEqualTo(ConnectionState.CONNECTED));
        }
    }

    @Test
    void mode3_aConnectionOnWhichNothingCanBeSentIsReplaced() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            PlayedConnection old = stream.first();
            old.stopReading();
            String long16 = "x".repeat(16 * 1024);
            for (int i = 0; i < 2000; i++) {
                var unused = old.send(PlayedFrame.ping(long16));
            }

            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            assertThat(stream.endings).containsExactly(Ending.FAILED);
        }
    }

    static List<Named<Consumer<PlayedConnection>>> ends() {
        return List.of(
                Named.of("end of TCP", PlayedConnection::drop),
                Named.of("reset of TCP", PlayedConnection::reset),
                Named.of("not WebSocket", c -> c.sendBytes("HTTP/1.1 502 Bad Gateway\r\n\r\n".getBytes(UTF_8))),
                Named.of("text that is not UTF-8", c -> c.sendBytes(new byte[] {(byte) 0x81, 1, (byte) 0xff})));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void mode4_whateverEndsAConnectionItIsReplacedByOne(Consumer<PlayedConnection> end) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            // Long enough for the client to notice the end by other means than the silence.
            stream.start(1, withWatchdog(Duration.ofSeconds(12)));
            PlayedConnection old = stream.first();
            answer(old.send(PlayedFrame.ping("a")));
            end.accept(old);

            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            assertThat(old.awaitEnd(SOON)).isTrue();
            await().during(Duration.ofSeconds(1))
                    .until(() -> stream.gateway.connections().size() == 2);
            assertThat(stream.endings).hasSize(1).containsAnyOf(Ending.CLOSED, Ending.FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1011})
    void mode4_aConnectionThatIsClosedIsReplaced(int code) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            stream.first().close(code, "for some reason");

            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            assertThat(stream.endings).containsExactly(Ending.CLOSED);
        }
    }

    /** The JDK does not tell of an end that it learns of meanwhile. */
    @Test
    void mode4_anEndThatComesWhileAFrameIsHandedOverIsNoticedBeforeTheWatchdog() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, withWatchdog(Duration.ofSeconds(16)));
            PlayedConnection old = stream.first();
            CountDownLatch isHandedOver = new CountDownLatch(1);
            CountDownLatch mayGoOn = new CountDownLatch(1);
            stream.whenReceived(() -> {
                isHandedOver.countDown();
                await().until(() -> mayGoOn.getCount() == 0);
            });
            var unused = old.send(PlayedFrame.system("KEEPALIVE", "{}"));
            isHandedOver.await();
            old.drop();
            CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS).execute(mayGoOn::countDown);

            stream.connection(2);
            assertThat(stream.endings).containsExactly(Ending.FAILED);
        }
    }

    /** It does not even answer the client's pings. */
    @Test
    void mode5_aGatewayThatPingsJustWithinTheWatchdogIsNotSilent() throws Exception {
        try (StreamFixture stream = new StreamFixture(SETTINGS.withPing(Duration.ofMillis(3800)))) {
            // Further off by more than a thread of a busy machine waits for its turn.
            StreamEntrance entrance = stream.start(1, withWatchdog(Duration.ofSeconds(6)));
            PlayedConnection connection = stream.first();
            connection.stopReading();

            await().during(Duration.ofSeconds(13))
                    .atMost(SOON)
                    .until(() -> !connection.isEnded()
                            && stream.endings.isEmpty()
                            && entrance.failing().isEmpty()
                            && stream.gateway.connections().size() == 1);
        }
    }

    @Test
    void mode5_aGatewayThatOnlyAnswersPingsIsNotSilent() throws Exception {
        try (StreamFixture stream = new StreamFixture(SETTINGS.withPing(Duration.ofHours(1)))) {
            // The first ping comes after a half of it, and the rest is time for its answer.
            StreamEntrance entrance = stream.start(1, withWatchdog(Duration.ofSeconds(6)));
            PlayedConnection connection = stream.first();

            await().during(Duration.ofSeconds(13))
                    .atMost(SOON)
                    .until(() -> stream.endings.isEmpty()
                            && entrance.failing().isEmpty()
                            && stream.gateway.connections().size() == 1);
            assertThat(connection.pings()).isBetween(2, 8);
        }
    }

    @Test
    void mode6_attemptsThatComeToNothingBecomeRarer() throws Exception {
        List<StreamFixture> storms = new ArrayList<>();
        try {
            for (UpgradeAnswer how : List.of(
                    UpgradeAnswer.CLOSED_AT_ONCE,
                    UpgradeAnswer.ENDED_AT_ONCE,
                    UpgradeAnswer.REFUSED,
                    UpgradeAnswer.UNAVAILABLE)) {
                StreamFixture stream = new StreamFixture();
                storms.add(stream);
                stream.gateway.answerUpgrades(how);
            }
            for (OpenAnswer how : List.of(
                    OpenAnswer.THROTTLED, OpenAnswer.UNAVAILABLE, OpenAnswer.WORTHLESS_TICKET, OpenAnswer.XML)) {
                StreamFixture stream = new StreamFixture();
                storms.add(stream);
                stream.gateway.answerOpenCalls(how);
            }
            long start = System.nanoTime();
            storms.forEach(stream -> stream.start(1, quick()));

            await().during(STORM).atMost(SOON).until(() -> storms.stream()
                    .allMatch(stream -> stream.gateway.count(GatewayCount.OPEN_CALLS) <= mostAttemptsSince(start)));
            assertThat(storms).allSatisfy(stream -> assertThat(stream.gateway.count(GatewayCount.OPEN_CALLS))
                    .isGreaterThan(1));

            storms.forEach(stream -> {
                stream.gateway.answerUpgrades(UpgradeAnswer.RIGHT);
                stream.gateway.answerOpenCalls(OpenAnswer.RIGHT);
            });
            for (StreamFixture stream : storms) {
                assertThat(stream.gateway.awaitConnections(1, SOON)).isTrue();
                await().until(() -> answer(stream.gateway.push(event())).isSuccess());
            }
        } finally {
            storms.forEach(StreamFixture::close);
        }
    }

    @Test
    void mode6_aGatewayThatAsksToLeaveAtOnceIsNotFollowedAtOnce() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            long start = System.nanoTime();
            stream.start(1, StreamTimes.usual(Duration.ofSeconds(90)));
            AtomicInteger asked = new AtomicInteger();

            await().during(STORM).atMost(SOON).until(() -> {
                List<PlayedConnection> connections = stream.gateway.connections();
                while (asked.get() < connections.size()) {
                    var unused = connections.get(asked.getAndIncrement()).disconnect("connection is expired");
                }
                return stream.gateway.count(GatewayCount.OPEN_CALLS) <= mostAttemptsSince(start);
            });
            assertThat(asked).hasValueGreaterThan(1);
        }
    }

    /** DingTalk's gateway greets some clients. */
    @Test
    void mode6_aGatewayThatGreetsAndAsksToLeaveIsNotFollowedAtOnce() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            long start = System.nanoTime();
            stream.start(1, StreamTimes.usual(Duration.ofSeconds(90)));
            AtomicInteger asked = new AtomicInteger();

            await().during(STORM).atMost(SOON).until(() -> {
                List<PlayedConnection> connections = stream.gateway.connections();
                while (asked.get() < connections.size()) {
                    PlayedConnection next = connections.get(asked.getAndIncrement());
                    List<CompletableFuture<FrameAnswer>> unused = List.of(
                            next.send(PlayedFrame.system("CONNECTED", "{}")), next.disconnect("connection is expired"));
                }
                return stream.gateway.count(GatewayCount.OPEN_CALLS) <= mostAttemptsSince(start);
            });
            assertThat(asked).hasValueGreaterThan(1);
        }
    }

    @Test
    void mode6_whatComesOnTheOldConnectionMakesNoAttemptComeSooner() throws Exception {
        try (StreamFixture stream = new StreamFixture(SETTINGS.withSilence(Duration.ofMinutes(5)))) {
            stream.start(
                    1, new StreamTimes(quick().watchdog(), SOON, Duration.ofMinutes(5), SOON, Duration.ZERO, SOON));
            PlayedConnection old = stream.first();
            stream.gateway.answerOpenCalls(OpenAnswer.THROTTLED);
            long start = System.nanoTime();
            answer(old.disconnect("connection is expired"));

            await().during(STORM).atMost(SOON).until(() -> {
                assertThat(answer(old.send(event())).isSuccess()).isTrue();
                return stream.gateway.count(GatewayCount.OPEN_CALLS) <= 1 + mostAttemptsSince(start);
            });
            stream.gateway.answerOpenCalls(OpenAnswer.RIGHT);
            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
        }
    }

    @Test
    void mode6_tenAbruptEndsInARowAreFollowedByTenConnectionsIfEachHasWorked() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            long start = System.nanoTime();
            for (int number = 1; number <= 10; number++) {
                PlayedConnection connection = stream.connection(number);
                assertThat(answer(connection.send(event())).isSuccess()).isTrue();
                connection.drop();
            }
            stream.connection(11);

            // Ten times the first pause, which is at most 1 s; without a reset it would be minutes.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            assertThat(stream.gateway.count(GatewayCount.OPEN_CALLS)).isEqualTo(11);
            assertThat(stream.received).hasSize(10);
        }
    }

    @Test
    void mode7_aFrameThatNoThreadTakesIsToBeDeliveredLater() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.processBy(task -> {
                throw new RejectedExecutionException("full");
            });
            stream.start(1, quick());

            assertThat(answer(stream.first().send(event())).isLater()).isTrue();
            await().until(() -> stream.acknowledgements.equals(List.of(Acknowledgement.LATER)));
            assertThat(answer(stream.first().send(PlayedFrame.ping("a"))).fault())
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void mode7_moreFramesThanCanBeProcessedWaitAndAreAllAnswered(int connections) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            AtomicInteger most = new AtomicInteger();
            AtomicInteger now = new AtomicInteger();
            CountDownLatch mayEnd = new CountDownLatch(1);
            stream.receive(events -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                mayEnd.await();
                now.decrementAndGet();
                return processed(events);
            });
            Duration watchdog = Duration.ofSeconds(6);
            stream.start(connections, withWatchdog(watchdog));
            stream.connection(connections);
            List<PlayedConnection> open = stream.gateway.connections();
            List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                answers.add(open.get(i % connections).send(event()));
            }
            await().until(() -> now.get() == StreamFixture.AT_ONCE);
            await().during(watchdog.plusSeconds(2)).atMost(SOON).until(() -> open.stream()
                    .noneMatch(PlayedConnection::isEnded));
            mayEnd.countDown();

            assertSuccess(answers);
            assertThat(most).hasValue(StreamFixture.AT_ONCE);
            assertThat(stream.received).hasSize(1000);
            assertThat(stream.gateway.faults()).isEmpty();
            assertThat(stream.endings).isEmpty();
        }
    }

    @Test
    void mode7_whatCannotBeProcessedByTheDeadlineIsToBeDeliveredLaterAndStopsNoPing() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            CountDownLatch mayEnd = stream.blockReceiver();
            Duration deadline = Duration.ofSeconds(4);
            stream.answerBy(deadline);
            stream.start(1, quick());
            PlayedConnection connection = stream.first();
            List<CompletableFuture<FrameAnswer>> running = new ArrayList<>();
            List<CompletableFuture<FrameAnswer>> waiting = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                (i < StreamFixture.AT_ONCE ? running : waiting).add(connection.send(event()));
            }

            assertThat(answer(connection.send(PlayedFrame.ping("a"))).fault()).isNull();
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            // It comes when the answers are due, and shows how slow the machine is just now.
            CompletableFuture<FrameAnswer> yardstick = new CompletableFuture<FrameAnswer>()
                    .completeOnTimeout(null, deadline.toMillis(), TimeUnit.MILLISECONDS)
                    .thenCompose(due -> connection.send(PlayedFrame.ping("b")));
            for (CompletableFuture<FrameAnswer> each : waiting) {
                FrameAnswer answer = answer(each);
                assertThat(answer.isLater()).isTrue();
                assertThat(answer.time()).isGreaterThanOrEqualTo(deadline);
            }
            assertThat(waiting.stream()
                            .map(CompletableFuture::join)
                            .map(FrameAnswer::time)
                            .sorted()
                            .toList()
                            .get(400))
                    .isLessThan(deadline.plusMillis(300).plus(answer(yardstick).time()));
            assertThat(running).noneMatch(CompletableFuture::isDone);
            mayEnd.countDown();
            assertSuccess(running);
            assertThat(stream.received).hasSize(StreamFixture.AT_ONCE);
            assertThat(stream.endings).isEmpty();
        }
    }

    @Test
    void mode7_noMoreIsReadThanMemoryIsMeantFor() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            CountDownLatch mayEnd = stream.blockReceiver();
            stream.start(1, quick());
            PlayedConnection connection = stream.first();
            List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
            String title = "x".repeat(FrameAssembler.LARGEST * 3 / 4);
            for (int i = 0; i < 20; i++) {
                answers.add(connection.send(PlayedFrame.event(
                        "user_add_org", "large-" + i, "ding0001", 1698551139950L, "{\"title\":\"" + title + "\"}")));
            }

            // The last one that is read takes it beyond the limit.
            int most = EventLane.MOST_CHARACTERS / title.length() + 1;
            await().until(() -> stream.received.size() == most);
            await().during(quick().watchdog().plusSeconds(2))
                    .atMost(SOON)
                    .until(() -> stream.received.size() == most && !connection.isEnded());
            mayEnd.countDown();
            assertSuccess(answers);
        }
    }

    @Test
    void mode8_aReceiverThatIsBlockedStopsNoPing() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            CountDownLatch mayEnd = stream.blockReceiver();
            stream.start(1, quick());
            PlayedConnection connection = stream.first();
            List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < StreamFixture.AT_ONCE / 2; i++) {
                answers.add(connection.send(event()));
            }

            assertThat(answer(connection.send(PlayedFrame.ping("a"))).fault()).isNull();
            connection.ping().get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            mayEnd.countDown();
            assertSuccess(answers);
        }
    }

    @Test
    void mode9_hundredsOfAnswersAndPongsAtTheSameTimeAreSentOneByOne() throws Exception {
        try (StreamFixture stream = new StreamFixture(SETTINGS.withPing(Duration.ofMillis(5)))) {
            stream.start(1, quick());
            PlayedConnection connection = stream.first();
            List<CompletableFuture<FrameAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 800; i++) {
                answers.add(connection.send(event()));
                answers.add(connection.send(PlayedFrame.ping("p".repeat(i))));
                if (i % 4 == 0) {
                    var unused = connection.ping();
                }
            }

            for (CompletableFuture<FrameAnswer> each : answers) {
                assertThat(answer(each).fault()).isNull();
            }
            await().until(() -> stream.acknowledgements.size() == 800);
            assertThat(stream.acknowledgements).containsOnly(Acknowledgement.SUCCESS);
            assertThat(stream.endings).isEmpty();
            assertThat(stream.gateway.faults()).isEmpty();
        }
    }

    @Test
    void mode10_partsOfTwoConnectionsAreNotMixed() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(2, quick());
            assertThat(stream.gateway.awaitConnections(2, SOON)).isTrue();
            byte[] one = frameOf("m-1", "e-1");
            byte[] other = frameOf("m-2", "e-2");
            PlayedConnection first = stream.connection(1);
            PlayedConnection second = stream.connection(2);
            int middle = one.length / 2;

            first.sendBytes(part(0x01, one, 0, middle));
            second.sendBytes(part(0x01, other, 0, middle));
            first.sendBytes(part(0x80, one, middle, one.length));
            await().until(() -> stream.received.size() == 1);
            second.sendBytes(part(0x80, other, middle, other.length));
            await().until(() -> stream.received.size() == 2);

            assertThat(stream.received).extracting(Event::id).containsExactly("default:e-1", "default:e-2");
            await().untilAsserted(() -> {
                assertThat(first.received()).anyMatch(text -> text.contains("m-1"));
                assertThat(second.received()).anyMatch(text -> text.contains("m-2"));
            });
        }
    }

    @Test
    void mode11_nothingIsAcknowledgedBeforeTheReceiverKnows() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            CountDownLatch mayEnd = new CountDownLatch(1);
            AtomicBoolean isDurable = new AtomicBoolean();
            stream.receive(events -> {
                mayEnd.await();
                isDurable.set(true);
                return processed(events);
            });
            stream.start(1, quick());
            PlayedConnection connection = stream.first();
            CompletableFuture<Boolean> wasDurable =
                    connection.send(event()).thenApply(answer -> answer.isSuccess() && isDurable.get());
            await().until(() -> stream.received.size() == 1);
            answer(connection.send(PlayedFrame.ping("a")));
            mayEnd.countDown();

            assertThat(wasDurable.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void mode12_everyPingOfTheGatewayIsAnsweredWithWhatItBrought() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            PlayedConnection connection = stream.first();

            for (String data : List.of(
                    "{\"opaque\":\"7d2f\"}", "{ \"opaque\" : \"\\u00e9 \\\" 审批 😀\" }", "{}", "not even JSON")) {
                FrameAnswer answer = answer(connection.send(PlayedFrame.system("ping", data)));
                assertThat(answer.fault()).isNull();
                assertThat(answer.text()).contains("\"code\":200");
            }
            assertThat(stream.gateway.count(GatewayCount.PINGS_ANSWERED)).isEqualTo(4);
            assertThat(stream.gateway.faults()).isEmpty();
        }
    }

    @Test
    void mode13_nothingThatOpensAConnectionIsWaitedForLongerThanFiveSeconds() throws Exception {
        List<StreamFixture> hanging = List.of(new StreamFixture(), new StreamFixture(), new StreamFixture());
        try {
            hanging.get(0).gateway.answerNextOpenCalls(1, OpenAnswer.NEVER);
            hanging.get(1).gateway.answerNextOpenCalls(1, OpenAnswer.DRIPPING);
            hanging.get(2).gateway.answerNextUpgrades(1, UpgradeAnswer.NEVER);
            long start = System.nanoTime();
            hanging.forEach(stream -> stream.start(1, quick()));

            await().until(() ->
                    hanging.stream().allMatch(stream -> stream.gateway.count(GatewayCount.OPEN_CALLS) == 2));
            assertThat(Gateway.TIMEOUT).hasSeconds(5);
            // That, at most 1 s before the next attempt, and time for a machine that does other things.
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(5500), Duration.ofSeconds(15));
            for (StreamFixture stream : hanging) {
                assertThat(stream.gateway.awaitConnections(1, SOON)).isTrue();
                assertThat(stream.endings).containsExactly(Ending.UNAVAILABLE);
                assertThat(answer(stream.gateway.push(event())).isSuccess()).isTrue();
            }
        } finally {
            hanging.forEach(StreamFixture::close);
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void mode17_aRotatedSecretIsSaidOnceAndTriedAgainUntilItIsRight(CapturedOutput log) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            StreamEntrance entrance = stream.start(1, quick());
            PlayedConnection old = stream.first();
            stream.gateway.rotateSecret("another");
            answer(old.disconnect("connection is expired"));

            await().until(() -> stream.gateway.count(GatewayCount.OPEN_CALLS_REFUSED) >= 3);
            assertThat(entrance.connections()).singleElement().satisfies(connection -> {
                assertThat(connection.state()).isEqualTo(ConnectionState.REFUSED);
                assertThat(connection.problem()).contains("401", "client-secret");
                assertThat(connection.isFailing()).isTrue();
            });
            assertThat(entrance.failing()).hasSize(1);
            assertThat(log.getAll().lines().filter(line -> line.contains("is refused")))
                    .hasSize(1);

            stream.gateway.rotateSecret(StreamFixture.KEYS.clientSecret());
            assertThat(answer(stream.connection(2).send(event())).isSuccess()).isTrue();
            await().until(() -> entrance.failing().isEmpty());
            assertThat(entrance.connections())
                    .extracting(StreamConnection::state)
                    .containsExactly(ConnectionState.CONNECTED);
            assertThat(stream.endings).startsWith(Ending.DISCONNECT, Ending.REFUSED);
            assertThat(log.getAll()).doesNotContain(StreamFixture.KEYS.clientSecret());
        }
    }

    /**
     * One at once, and others after at least 0.5 s, 1 s, 2 s, and so on: so many however late they are counted.
     *
     * @param start by {@link System#nanoTime()}, before the first one
     */
    private static int mostAttemptsSince(long start) {
        long left = System.nanoTime() - start;
        long pause = Duration.ofMillis(500).toNanos();
        int most = 1;
        while (left >= pause) {
            left -= pause;
            pause *= 2;
            most++;
        }
        return most;
    }

    private static StreamTimes withWatchdog(Duration watchdog) {
        return new StreamTimes(watchdog, SOON, SOON, Duration.ofHours(6), Duration.ZERO, SOON);
    }

    private static byte[] frameOf(String messageId, String eventId) {
        return ("{\"specVersion\":\"1.0\",\"type\":\"EVENT\",\"headers\":{\"topic\":\"*\",\"messageId\":\"" + messageId
                        + "\",\"eventType\":\"bpms_instance_change\",\"eventId\":\"" + eventId
                        + "\",\"eventCorpId\":\"ding0001\",\"eventBornTime\":\"1698551139950\"},"
                        + "\"data\":\"{\\\"processInstanceId\\\":\\\"p\\\",\\\"type\\\":\\\"start\\\"}\"}")
                .getBytes(UTF_8);
    }

    /** A part of a text of at most 125 bytes as a WebSocket frame: 1 begins it, 0x80 ends it. */
    private static byte[] part(int first, byte[] text, int from, int to) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        out.write(to - from);
        out.writeBytes(Arrays.copyOfRange(text, from, to));
        return out.toByteArray();
    }
}
