package io.github.dingtalkinbox.service.simulator;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.embedded.NewKeys;
import io.github.dingtalkinbox.service.simulator.LocalReceiver.Answer;
import io.github.dingtalkinbox.service.simulator.LocalReceiver.Received;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SimulatorTest {
    /** Long enough for a busy machine: only the tests of the timeout want one. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void everyEventArrivesAndHalfOfThemTwice() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            var progress = new AtomicInteger();
            SimulationResult result = run(receiver, load(400, 0.5, 8), progress::incrementAndGet);

            Map<String, List<Received>> byEvent = byEvent(receiver);
            assertThat(result.isAllAnswered()).isTrue();
            assertThat(result.events()).isEqualTo(400).isEqualTo(byEvent.size()).isEqualTo(progress.get());
            assertThat(result.deliveries())
                    .isEqualTo(result.answered())
                    .isEqualTo(receiver.received().size())
                    .isEqualTo(400 + result.twins());
            assertThat(byEvent.values()).filteredOn(d -> d.size() == 2).hasSize(result.twins());
            assertThat(result.twins()).isBetween(140, 260);
            assertThat(result.refused()).isEmpty();
            assertThat(result.firstRefused()).isEmpty();
            assertThat(byEvent.keySet()).allSatisfy(id -> assertThat(id).startsWith(result.run()));
        }
    }

    @Test
    void twinsSayTheSameInAnotherEnvelope() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            SimulationResult result = run(receiver, load(60, 1, 8), () -> {});
            assertThat(result.twins()).isEqualTo(60);
            assertThat(byEvent(receiver).values()).hasSize(60).allSatisfy(twins -> {
                assertThat(twins).hasSize(2);
                Received one = twins.get(0);
                Received other = twins.get(1);
                assertThat(other.json()).isEqualTo(one.json());
                assertThat(other.text()).isNotEqualTo(one.text());
                assertThat(other.envelope().encrypt())
                        .isNotEqualTo(one.envelope().encrypt());
                assertThat(other.envelope().nonce()).isNotEqualTo(one.envelope().nonce());
                long apart = Long.parseLong(other.envelope().timestamp())
                        - Long.parseLong(one.envelope().timestamp());
                assertThat(Math.abs(apart)).isLessThan(5000);
            });
        }
    }

    @Test
    void requestsLookLikeDingTalks() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            run(receiver, load(20, 0.5, 4), () -> {});
            assertThat(receiver.received()).allSatisfy(delivery -> {
                assertThat(delivery.method()).isEqualTo("POST");
                assertThat(delivery.contentType()).isEqualTo("application/json");
                assertThat(delivery.query()).containsOnlyKeys("signature", "msg_signature", "timestamp", "nonce");
                assertThat(delivery.query().get("signature"))
                        .isEqualTo(delivery.query().get("msg_signature"));
                assertThat(delivery.envelope().timestamp()).matches("\\d{13}");
                assertThat(delivery.envelope().nonce()).matches("[0-9a-zA-Z]{8}");
                assertThat(delivery.body().propertyNames()).containsExactly("encrypt");
                assertThat(delivery.json().path("EventTime").isIntegralNumber()).isTrue();
            });
        }
    }

    @Test
    void queryOfTheUrlIsKept() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            var simulation = new Simulation(
                    URI.create(receiver.url() + "?tenant=7"), LocalReceiver.CREDENTIALS, load(1, 0, 1), 1);
            assertThat(Simulator.run(simulation, Clock.systemUTC(), () -> {}).isAllAnswered())
                    .isTrue();
            assertThat(receiver.received().get(0).query()).containsEntry("tenant", "7");
        }
    }

    @Test
    void everyRunHasIdsOfItsOwnEvenWithTheSameSeed() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            run(receiver, load(50, 0, 4), () -> {});
            run(receiver, load(50, 0, 4), () -> {});
            assertThat(byEvent(receiver)).hasSize(100);
            Set<String> startedOnce = new HashSet<>();
            assertThat(receiver.received().stream()
                            .map(Received::json)
                            .filter(e -> e.path("EventType").asString().equals("bpms_instance_change")
                                    && e.path("type").asString().equals("start"))
                            .map(e -> e.path("processInstanceId").asString()))
                    .allMatch(startedOnce::add);
        }
    }

    @Test
    void rateIsKept() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            var load = new Load(60, 0.5, 0, 100, 16, PATIENCE);
            SimulationResult result = run(receiver, load, () -> {});
            // The 60th event is due after 590 ms; a busy machine may be late, but nobody may be early.
            assertThat(result.elapsed()).isBetween(Duration.ofMillis(590), Duration.ofSeconds(60));
        }
    }

    @Test
    void concurrencyIsUsedButNotExceeded() throws Exception {
        // Each delivery waits until four are there: with fewer under way nothing would ever be answered.
        var four = new CyclicBarrier(4);
        try (var receiver = new LocalReceiver(delivery -> {
            try {
                four.await(60, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return Answer.json(LocalReceiver.sealed("success"));
        })) {
            SimulationResult result = run(receiver, load(40, 0, 4), () -> {});
            assertThat(result.isAllAnswered()).isTrue();
            assertThat(receiver.mostUnderWay()).isEqualTo(4);
        }
    }

    static Stream<Arguments> wrongAnswers() {
        Credentials right = LocalReceiver.CREDENTIALS;
        var otherToken = new Credentials("otherToken", right.aesKey(), right.ownerKey());
        var otherKey = new Credentials(right.token(), NewKeys.aesKey(), right.ownerKey());
        var otherOwner = new Credentials(right.token(), right.aesKey(), "dingother");
        return Stream.of(
                wrong("The reply is not a JSON object", d -> new Answer(200, "application/json", "success")),
                wrong("The reply is not a JSON object", d -> new Answer(200, "application/json", "")),
                wrong("The reply is not a JSON object", d -> new Answer(200, "application/json", "[]")),
                wrong("HTTP 500", d -> new Answer(500, "text/plain", "oh")),
                wrong(
                        "HTTP 401 Not\\u000aauthentic",
                        d -> new Answer(401, "application/problem+json", "{\"title\":\"Not\\nauthentic\"}")),
                wrong("HTTP 302", d -> new Answer(302, "text/plain", "")),
                wrong("exactly the strings [encrypt, msg_signature, nonce, timeStamp]", d -> {
                    Map<String, Object> number = new LinkedHashMap<>(LocalReceiver.sealed("success"));
                    number.put("timeStamp", 1790000000123L);
                    return Answer.json(number);
                }),
                wrong("exactly the strings", d -> {
                    Map<String, Object> more = new LinkedHashMap<>(LocalReceiver.sealed("success"));
                    more.put("code", "0");
                    return Answer.json(more);
                }),
                wrong("exactly the strings", d -> {
                    Map<String, Object> lowerCase = new LinkedHashMap<>(LocalReceiver.sealed("success"));
                    lowerCase.put("timestamp", lowerCase.remove("timeStamp"));
                    return Answer.json(lowerCase);
                }),
                wrong(
                        "Content-Type is not application/json",
                        d -> new Answer(
                                200,
                                "text/plain",
                                Answer.json(LocalReceiver.sealed("success")).body())),
                wrong("does not decrypt to success", d -> Answer.json(LocalReceiver.sealed("Success"))),
                wrong("cannot be opened: SignatureMismatch", d -> sealedBy(otherToken)),
                wrong("cannot be opened: UndecipherableEnvelope", d -> sealedBy(otherKey)),
                wrong("cannot be opened: OwnerKeyMismatch", d -> sealedBy(otherOwner)));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void wrongAnswerIsCountedUnderItsReason(String reason, LocalReceiver.Answering wrong) throws Exception {
        var count = new AtomicInteger();
        try (var receiver = new LocalReceiver(
                d -> count.getAndIncrement() < 10 ? Answer.json(LocalReceiver.sealed("success")) : wrong.answer(d))) {
            SimulationResult result = run(receiver, load(30, 0, 4), () -> {});
            assertThat(result.isAllAnswered()).isFalse();
            assertThat(result.answered()).isEqualTo(10);
            assertThat(result.refused()).hasSize(1).containsValue(20);
            assertThat(result.refused().keySet()).allSatisfy(r -> assertThat(r).contains(reason));
            assertThat(result.firstRefused()).hasSize(5).allSatisfy(line -> assertThat(line)
                    .startsWith("event " + result.run())
                    .contains(reason)
                    .doesNotContain("\n")
                    .doesNotContain(LocalReceiver.CREDENTIALS.token(), LocalReceiver.CREDENTIALS.aesKey()));
        }
    }

    @Test
    void answerThatComesTooLateIsNone() throws Exception {
        var never = new CountDownLatch(1);
        try (var receiver = new LocalReceiver(d -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Answer.json(LocalReceiver.sealed("success"));
        })) {
            var load = new Load(3, 0, 0, 0, 3, Duration.ofMillis(200));
            SimulationResult result = run(receiver, load, () -> {});
            assertThat(result.refused()).containsExactly(Map.entry("No answer within 200 ms", 3));
            assertThat(result.latency()).isNull();
        }
    }

    @Test
    void nobodyListeningIsSaidSo() throws Exception {
        // A port that is free just now may be that of another test a moment later.
        URI nobody = URI.create("http://localhost:1/");
        var simulation = new Simulation(nobody, LocalReceiver.CREDENTIALS, load(5, 0, 2), 1);
        SimulationResult result = Simulator.run(simulation, Clock.systemUTC(), () -> {});
        assertThat(result.refused()).containsExactly(Map.entry("No connection to " + nobody, 5));
    }

    @Test
    void latencyIsThatOfTheAnswers() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            var latency =
                    requireNonNull(run(receiver, load(100, 0, 4), () -> {}).latency());
            assertThat(latency.p50()).isPositive().isLessThanOrEqualTo(latency.p95());
            assertThat(latency.p95()).isLessThanOrEqualTo(latency.p99());
            assertThat(latency.p99()).isLessThanOrEqualTo(latency.max());
        }
    }

    @Test
    void whatIsRefusedComesAgainUntilItIsAnswered() throws Exception {
        Map<String, AtomicInteger> deliveries = new ConcurrentHashMap<>();
        try (var receiver = new LocalReceiver(d -> {
            int delivery = deliveries
                    .computeIfAbsent(d.eventId(), id -> new AtomicInteger())
                    .incrementAndGet();
            return delivery < 3 ? new Answer(503, "text/plain", "") : Answer.json(LocalReceiver.sealed("success"));
        })) {
            var progress = new AtomicInteger();
            SimulationResult result = run(receiver, retrying(20, 0, 1, 50), progress::incrementAndGet);
            assertThat(result.isAllAnswered()).isTrue();
            assertThat(result.givenUp()).isZero();
            assertThat(result.retries()).isEqualTo(40);
            assertThat(result.deliveries())
                    .isEqualTo(60)
                    .isEqualTo(receiver.received().size());
            assertThat(result.answered()).isEqualTo(20).isEqualTo(progress.get());
            assertThat(result.refused()).containsExactly(Map.entry("HTTP 503", 40));
            assertThat(byEvent(receiver).values()).allSatisfy(d -> {
                assertThat(d).extracting(Received::text).containsOnly(d.get(0).text());
                assertThat(d).extracting(r -> r.envelope().encrypt()).doesNotHaveDuplicates();
                assertThat(Long.parseLong(d.get(2).envelope().timestamp())
                                - Long.parseLong(d.get(1).envelope().timestamp()))
                        .as("milliseconds to the second retry")
                        .isGreaterThanOrEqualTo(49);
            });
        }
    }

    @Test
    void whatIsRefusedEachTimeIsGivenUp() throws Exception {
        try (var receiver = new LocalReceiver(d -> new Answer(503, "text/plain", ""))) {
            var progress = new AtomicInteger();
            SimulationResult result = run(receiver, retrying(10, 1, 1, 1), progress::incrementAndGet);
            assertThat(result.isAllAnswered()).isFalse();
            assertThat(result.givenUp()).isEqualTo(20);
            assertThat(progress).hasValue(10);
            assertThat(receiver.received()).hasSize(60);
        }
    }

    @Test
    void deliveriesOfAnEventGoToOneUrlAfterTheOther() throws Exception {
        try (var one = new LocalReceiver(d -> new Answer(503, "text/plain", ""));
                var other = LocalReceiver.right()) {
            List<JournalEntry> journal = new CopyOnWriteArrayList<>();
            var simulation = new Simulation(
                    List.of(one.url(), other.url()), LocalReceiver.CREDENTIALS, retrying(100, 1, 1, 1), 42);
            SimulationResult result = Simulator.run(simulation, Clock.systemUTC(), journal::add, () -> {});

            assertThat(result.answered()).isEqualTo(other.received().size()).isGreaterThanOrEqualTo(100);
            assertThat(journal).hasSize(result.deliveries());
            Map<String, List<JournalEntry>> byEvent =
                    journal.stream().collect(groupingBy(e -> e.event().eventId()));
            assertThat(byEvent.values()).hasSize(100).allSatisfy(entries -> {
                entries.sort(Comparator.comparingInt(JournalEntry::delivery));
                for (int i = 0; i < entries.size(); i++) {
                    assertThat(entries.get(i).delivery()).isEqualTo(i + 1);
                    assertThat(entries.get(i).url().equals(entries.get(i % 2).url()))
                            .isTrue();
                }
                assertThat(entries)
                        .extracting(JournalEntry::url)
                        .contains(one.url().toString(), other.url().toString());
            });
            assertThat(journal).allSatisfy(e -> assertThat(e.answer())
                    .isEqualTo(e.url().equals(other.url().toString()) ? "success" : "HTTP 503"));
        }
    }

    @Test
    void simulationEndsWhenItsJournalFails() throws Exception {
        try (var receiver = LocalReceiver.right()) {
            var simulation =
                    new Simulation(receiver.url(), LocalReceiver.CREDENTIALS, new Load(5000, 0, 0, 0, 4, PATIENCE), 1);
            assertThatThrownBy(() -> Simulator.run(
                            simulation,
                            Clock.systemUTC(),
                            entry -> {
                                throw new IllegalStateException("disk full");
                            },
                            () -> {}))
                    .hasMessage("disk full");
            assertThat(receiver.received()).hasSizeLessThan(1000);
        }
    }

    static Stream<Arguments> impossibleLoads() {
        return Stream.<Arguments>of(
                impossible("events must be at least 1", () -> new Load(0, 0, 0, 0, 1, PATIENCE)),
                impossible("probability of twins must be 0 to 1", () -> new Load(1, 1.1, 0, 0, 1, PATIENCE)),
                impossible("probability of twins must be 0 to 1", () -> new Load(1, Double.NaN, 0, 0, 1, PATIENCE)),
                impossible("probability of out of order must be", () -> new Load(1, 0, -0.1, 0, 1, PATIENCE)),
                impossible("rate must be 0", () -> new Load(1, 0, 0, -1, 1, PATIENCE)),
                impossible("concurrency must be 1 to 1000", () -> new Load(1, 0, 0, 0, 0, PATIENCE)),
                impossible("concurrency must be 1 to 1000", () -> new Load(1, 0, 0, 0, 1001, PATIENCE)),
                impossible("timeout must be at least 1 ms, but is 0 ms", () -> new Load(1, 0, 0, 0, 1, Duration.ZERO)));
    }

    @ParameterizedTest
    @MethodSource("impossibleLoads")
    void impossibleLoadIsRefused(String says, Runnable load) {
        assertThatThrownBy(load::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }

    private static Arguments wrong(String reason, Function<Received, Answer> answer) {
        return Arguments.of(reason, (LocalReceiver.Answering) answer::apply);
    }

    private static Arguments impossible(String says, Runnable load) {
        return Arguments.of(says, load);
    }

    private static Answer sealedBy(Credentials credentials) {
        return Answer.json(LocalReceiver.sealed("success", credentials));
    }

    private static Load load(int events, double twins, int concurrency) {
        return new Load(events, twins, 0.05, 0, concurrency, PATIENCE);
    }

    private static Load retrying(int events, double twins, long... millis) {
        List<Duration> waits =
                LongStream.of(millis).mapToObj(Duration::ofMillis).toList();
        return new Load(events, twins, 0, 0, 4, PATIENCE, waits);
    }

    private static SimulationResult run(LocalReceiver receiver, Load load, Runnable afterEvent) throws Exception {
        var simulation = new Simulation(receiver.url(), LocalReceiver.CREDENTIALS, load, 42);
        return Simulator.run(simulation, Clock.systemUTC(), afterEvent);
    }

    private static Map<String, List<Received>> byEvent(LocalReceiver receiver) {
        return receiver.received().stream().collect(groupingBy(Received::eventId));
    }
}
