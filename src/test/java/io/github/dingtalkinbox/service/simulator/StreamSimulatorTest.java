package io.github.dingtalkinbox.service.simulator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.gateway.GatewayCount;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.LocalStreamService;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.simulator.LocalReceiver.Received;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import io.github.dingtalkinbox.service.simulator.StreamSimulation.BothWays;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import tools.jackson.databind.JsonNode;

class StreamSimulatorTest {
    /** Long enough for a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Misbehaviours NONE = new Misbehaviours(Set.of());

    private final List<JournalEntry> journal = new CopyOnWriteArrayList<>();

    private static PlayedGateway gateway() throws Exception {
        return PlayedGateway.start(
                GatewaySettings.of(LocalStreamService.ID, LocalStreamService.SECRET), Clock.systemUTC());
    }

    private static Load load(int events, double twins) {
        return new Load(events, twins, 0.05, 0, 8, PATIENCE, List.of(Duration.ofMillis(1), Duration.ofMillis(50)));
    }

    private SimulationResult run(PlayedGateway gateway, Load load, Misbehaviours how, @Nullable BothWays ways)
            throws Exception {
        var simulation = new StreamSimulation(load, 42, how, PATIENCE, ways);
        return Simulator.run(simulation, gateway, Clock.systemUTC(), journal::add, () -> {});
    }

    private static String header(JsonNode frame, String name) {
        return frame.path("headers").path(name).asString();
    }

    @Test
    void everyEventArrivesAndHalfOfThemTwiceOverTwoConnections() throws Exception {
        try (var gateway = gateway();
                var service = LocalStreamService.right(gateway.baseUrl(), 2)) {
            gateway.awaitConnections(2, PATIENCE);
            SimulationResult result = run(gateway, load(300, 0.5), NONE, null);

            assertThat(result.isAllAnswered()).isTrue();
            assertThat(result.deliveries())
                    .isEqualTo(result.answered())
                    .isEqualTo(300 + result.twins())
                    .isEqualTo(service.events().size());
            assertThat(result.twins()).isBetween(100, 200);
            Map<String, List<JsonNode>> byEvent =
                    service.events().stream().collect(groupingBy(f -> header(f, "eventId")));
            assertThat(byEvent).hasSize(300);
            assertThat(byEvent.values())
                    .filteredOn(d -> d.size() == 2)
                    .hasSize(result.twins())
                    .allSatisfy(twins -> {
                        assertThat(twins.get(0).path("data"))
                                .isNotEqualTo(twins.get(1).path("data"));
                        assertThat(twins.stream()
                                        .map(f -> header(f, "connectionId"))
                                        .distinct())
                                .hasSize(2);
                        assertThat(twins.stream()
                                        .map(f -> header(f, "messageId"))
                                        .distinct())
                                .hasSize(2);
                    });
            assertThat(gateway.faults()).isEmpty();
            assertThat(journal).hasSize(result.deliveries()).allSatisfy(entry -> {
                assertThat(entry.answer()).isEqualTo(JournalEntry.SUCCESS);
                assertThat(entry.url()).matches("http://127.0.0.1:\\d+/connect#[12]");
            });
        }
    }

    @Test
    void theBodyIsThatOfHttpWithoutWhatTheHeadersSay() throws Exception {
        try (var gateway = gateway();
                var service = LocalStreamService.right(gateway.baseUrl(), 1)) {
            run(gateway, load(40, 0), NONE, null);
            assertThat(service.events()).hasSize(40).allSatisfy(frame -> {
                JsonNode data = LocalReceiver.MAPPER.readTree(frame.path("data").asString());
                assertThat(data.propertyNames())
                        .contains("processInstanceId", "type", "createTime")
                        .doesNotContain("EventType", "CorpId", "EventTime", "BizId", "eventId");
                assertThat(header(frame, "eventType")).startsWith("bpms_");
                assertThat(header(frame, "eventCorpId")).isEqualTo(Approval.CORP_ID);
                assertThat(header(frame, "eventBornTime")).matches("\\d{13}");
            });
        }
    }

    @Test
    void aShareComesOverHttpAsWellWithTheSameId() throws Exception {
        try (var gateway = gateway();
                var service = LocalStreamService.right(gateway.baseUrl(), 1);
                var receiver = LocalReceiver.right()) {
            var target = new HttpTarget(List.of(receiver.url()), LocalReceiver.CREDENTIALS);
            SimulationResult result = run(gateway, load(200, 0), NONE, new BothWays(0.3, target));
            assertThat(result.bothWays())
                    .isBetween(30, 90)
                    .isEqualTo(receiver.received().size());
            assertThat(result.deliveries()).isEqualTo(200 + result.bothWays()).isEqualTo(result.answered());
            assertThat(service.events().stream().map(f -> header(f, "eventId")).collect(toSet()))
                    .hasSize(200)
                    .containsAll(
                            receiver.received().stream().map(Received::eventId).toList());
        }
    }

    @Test
    void whatIsAnsweredLaterOrWronglyComesAgain() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (var gateway = gateway();
                var service = new LocalStreamService(gateway.baseUrl(), 1, frame -> {
                    String id = header(LocalReceiver.MAPPER.readTree(frame), "eventId");
                    return LocalStreamService.answer(
                            frame, seen.add(id) ? "LATER" : seen.add(id + "2") ? "SOON" : "SUCCESS");
                })) {
            SimulationResult result = run(gateway, load(10, 0), NONE, null);
            assertThat(result.isAllAnswered()).isTrue();
            assertThat(service.events()).hasSize(30);
            assertThat(result.retries()).isEqualTo(20);
            assertThat(result.refused())
                    .containsEntry("Answered LATER", 10)
                    .containsEntry("A wrong answer: data.status is neither SUCCESS nor LATER", 10);
            assertThat(gateway.count(GatewayCount.LATER)).isEqualTo(10);
        }
    }

    @Test
    void withoutAnAnswerItIsGivenUp() throws Exception {
        try (var gateway = gateway();
                var service = new LocalStreamService(gateway.baseUrl(), 1, frame -> null)) {
            var load = new Load(2, 0, 0, 0, 8, Duration.ofMillis(50), List.of(Duration.ofMillis(1)));
            SimulationResult result = run(gateway, load, NONE, null);
            assertThat(result.givenUp()).isEqualTo(2);
            assertThat(result.refused()).containsExactly(Map.entry("No answer within 50 ms", 4));
            assertThat(result.latency()).isNull();
            // What nobody waits for any more may still be on its way.
            await().untilAsserted(() -> assertThat(service.events()).hasSize(4));
        }
    }

    @Test
    void aServiceThatNeverConnectsIsSaidSo() throws Exception {
        try (var gateway = gateway()) {
            var simulation = new StreamSimulation(load(1, 0), 42, NONE, Duration.ofMillis(20), null);
            assertThatThrownBy(() -> Simulator.run(simulation, gateway, Clock.systemUTC(), journal::add, () -> {}))
                    .isInstanceOf(StreamSimulation.NotConnected.class);
        }
    }

    /** The others are for clients that notice silence, which takes longer. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"HALF_DEAD", "MUTE", "DEAF"})
    void everyEventIsAcknowledgedAllTheSame(Misbehaviour how) throws Exception {
        var longest = new AtomicInteger();
        try (var gateway = gateway();
                var service = new LocalStreamService(gateway.baseUrl(), 2, frame -> {
                    longest.accumulateAndGet(frame.length(), Math::max);
                    return LocalStreamService.answer(frame, "SUCCESS");
                })) {
            gateway.awaitConnections(2, PATIENCE);
            boolean slowly = !how.isOfFrames();
            var load = new Load(slowly ? 500 : 200, 0.2, 0, slowly ? 100 : 0, 8, PATIENCE, Load.STREAM_RETRIES);
            var misbehaviours = new Misbehaviours(Set.of(how));
            SimulationResult result = run(gateway, load, misbehaviours, null);
            assertThat(result.isAllAnswered()).isTrue();
            assertThat(misbehaviours.done()).containsOnlyKeys(how).doesNotContainValue(0);
            assertThat(gateway.faults()).isEmpty();
            if (slowly) {
                await().until(() -> gateway.count(GatewayCount.CONNECTIONS) > 2);
            }
            switch (how) {
                case SAME_MESSAGE_ID -> assertThat(service.events().size()).isGreaterThan(result.deliveries());
                case LARGE -> assertThat(longest).hasValueGreaterThan(300 * 1024);
                case TOGETHER -> assertThat(service.frames()).anyMatch(frame -> isSystem(frame, "ping"));
                case OLD_CONNECTION ->
                    assertThat(eventsAfterTheDisconnect(service.frames())).isPositive();
                default -> {}
            }
        }
    }

    private static boolean isSystem(JsonNode frame, String topic) {
        return frame.path("type").asString().equals("SYSTEM")
                && header(frame, "topic").equals(topic);
    }

    /** On the same connection. */
    private static long eventsAfterTheDisconnect(List<JsonNode> frames) {
        Set<String> left = new HashSet<>();
        long events = 0;
        for (JsonNode frame : frames) {
            String connection = header(frame, "messageId").split("-", 2)[0];
            if (isSystem(frame, "disconnect")) {
                left.add(connection);
            } else if (left.contains(connection)
                    && frame.path("type").asString().equals("EVENT")) {
                events++;
            }
        }
        return events;
    }
}
