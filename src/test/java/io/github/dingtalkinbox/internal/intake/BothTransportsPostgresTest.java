package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static io.github.dingtalkinbox.internal.identity.TestEvents.polled;
import static io.github.dingtalkinbox.internal.identity.TestEvents.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An app that has changed over from one way in to another, or has both: what comes by both takes effect once. */
class BothTransportsPostgresTest extends SharedFixture {
    private static final int TIMES = 10;

    BothTransportsPostgresTest(TestDatabase database) {
        super(database);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theSecondIsADuplicateWithTheSameContent(ProcessingMode mode, Way first, Way second) throws Exception {
        String instance = newId();
        Node node = node(mode);
        Event event = first.of(instance);
        node.receive(List.of(event));
        node.settle();

        assertThat(node.receive(List.of(second.of(instance))))
                .satisfiesExactly(outcome -> assertThat(outcome).isInstanceOfSatisfying(Duplicate.class, duplicate -> {
                    assertThat(duplicate.eventId()).isEqualTo(event.id());
                    assertThat(duplicate.samePayload()).isTrue();
                }));

        assertThat(effectsOf(event)).isOne();
        assertOnlySameContent(event, 1);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void bothInOneDeliveryAreOneEvent(ProcessingMode mode, Way first, Way second) throws Exception {
        String instance = newId();
        Node node = node(mode);
        Event event = first.of(instance);

        List<Outcome> outcomes = node.receive(List.of(event, second.of(instance), first.of(instance)));

        node.settle();
        assertThat(outcomes).filteredOn(ContractFixture::isFirst).hasSize(1);
        assertThat(effectsOf(event)).isOne();
        assertOnlySameContent(event, 2);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void bothAtTheSameMomentAreOneEvent(ProcessingMode mode, Way first, Way second) throws Exception {
        Node node = node(mode);
        Node other = node(mode);
        for (int i = 0; i < TIMES; i++) {
            String instance = newId();
            CyclicBarrier together = new CyclicBarrier(2);
            var one = threads.submit(() -> after(together, () -> node.receive(List.of(first.of(instance)))));
            var two = threads.submit(() -> after(together, () -> other.receive(List.of(second.of(instance)))));

            List<Outcome> outcomes = new ArrayList<>(one.get());
            outcomes.addAll(two.get());
            node.settle();
            assertThat(outcomes).filteredOn(ContractFixture::isFirst).hasSize(1);
            assertThat(effectsOf(first.of(instance))).isOne();
            assertOnlySameContent(first.of(instance), 1);
        }
    }

    /** Each in a delivery of its own, with others that have nothing to do with them. */
    @ParameterizedTest
    @MethodSource("ways")
    void bothInOneSharedTransactionAreOneEvent(Way first, Way second) throws Exception {
        String instance = newId();
        Event event = first.of(instance);
        Node node = sharing(e -> {}).connections(1).build();

        var outcomes = deliver(node, event, second.of(instance));

        List<Outcome> all = new ArrayList<>(outcomes.get(0).get());
        all.addAll(outcomes.get(1).get());
        assertThat(all).filteredOn(ContractFixture::isFirst).hasSize(1);
        assertThat(effects.sizes()).containsExactly(ALL_NEIGHBOURS + 1);
        assertThat(effectsOf(event)).isOne();
        assertOnlySameContent(event, 1);
        assertNeighboursProcessed();
    }

    @ParameterizedTest
    @EnumSource(
            value = ProcessingMode.class,
            names = {"SYNC", "QUEUE"})
    void whileTheFirstWaitsOrIsDeadOrDiscardedTheSecondIsADuplicate(ProcessingMode mode) throws Exception {
        Node failing = Node.on(database)
                .mode(mode)
                .handlers(everyEvent(e -> {
                    throw new IOException("always");
                }))
                .build();
        for (String state : List.of("retrying", "dead", "discarded")) {
            for (Arguments pair : ways().toList()) {
                String instance = newId();
                Event event = ((Way) pair.get()[0]).of(instance);
                failing.receive(List.of(event));
                jdbc.sql("update inbox.queued_events set state = :state, attempts = 1,"
                                + " next_attempt_at = case when :state = 'retrying' then now() + interval '1 hour' end"
                                + " where event_id = :id")
                        .params(Map.of("state", state, "id", event.id()))
                        .update();

                assertThat(node(mode).receive(List.of(((Way) pair.get()[1]).of(instance))))
                        .as("%s, %s", state, List.of(pair.get()))
                        .containsExactly(new Duplicate(event.id(), MatchedBy.QUEUED, true));
                assertOnlySameContent(event, 1);
            }
        }
        jdbc.sql("update inbox.queued_events set next_attempt_at = now() where state = 'retrying'")
                .update();
        node(mode).settle();
    }

    @Test
    void anotherContentIsAConflictAndIsKept() throws Exception {
        String instance = newId();
        Event agreed = approvalFinished(instance);
        Event refused = streamed(event(agreed.payload().jsonb().replace("agree", "refuse")));
        Node node = node();
        node.receive(List.of(agreed));

        assertThat(node.receive(List.of(streamed(agreed), refused, polled(agreed))))
                .containsExactly(
                        new Duplicate(agreed.id(), MatchedBy.EVENT_ID, true),
                        new Duplicate(agreed.id(), MatchedBy.EVENT_ID, false),
                        new Duplicate(agreed.id(), MatchedBy.NATURAL_KEY, true));

        assertThat(jdbc.sql("select c.changed_keys::text || c.transport || (d.payload ->> 'result')"
                                + " from inbox.audit_conflicts c join inbox.duplicate_deliveries d using (delivery_id)"
                                + " where c.event_id = ?")
                        .param(agreed.id())
                        .query(String.class)
                        .list())
                .containsExactly("{result}streamrefuse");
    }

    @Test
    void anotherContentIsAConflictWithAnEventThatWaits() throws Exception {
        String instance = newId();
        Event agreed = approvalFinished(instance);
        Event refused = streamed(event(agreed.payload().jsonb().replace("agree", "refuse")));
        Node node = node(ProcessingMode.QUEUE);
        node.receive(List.of(refused));

        assertThat(node.receive(List.of(agreed))).containsExactly(new Duplicate(refused.id(), MatchedBy.QUEUED, false));

        assertThat(jdbc.sql("select changed_keys::text from inbox.audit_conflicts where event_id = ?")
                        .param(agreed.id())
                        .query(String.class)
                        .single())
                .isEqualTo("{result}");
        node.settle();
    }

    /** They are in the headers of a frame, and its payload, which is the same, does not tell them apart. */
    @ParameterizedTest
    @EnumSource(ProcessingMode.class)
    void byStreamAnotherTypeOrOrganisationIsAConflictAsWell(ProcessingMode mode) throws Exception {
        String id = newId();
        String http = "{\"EventType\":\"%s\",\"CorpId\":\"%s\",\"eventId\":\"" + id + "\",\"a\":1}";
        Event first = streamed(event(http.formatted("t", "c")));
        Node node = node(mode);
        node.receive(List.of(first));
        node.settle();

        List<Outcome> outcomes = node.receive(List.of(
                streamed(event(http.formatted("t", "c"))),
                streamed(event(http.formatted("u", "c"))),
                streamed(event(http.formatted("t", "d")))));

        assertThat(outcomes)
                .extracting(outcome -> ((Duplicate) outcome).samePayload())
                .containsExactly(true, false, false);
        assertThat(jdbc.sql("select event_type || corp_id from inbox.audit_conflicts where event_id = ? order by 1")
                        .param(first.id())
                        .query(String.class)
                        .list())
                .containsExactly("td", "uc");
    }

    @Test
    void whatJsonbCannotStoreIsTheSameByBoth() throws Exception {
        String id = newId();
        Event http = event("{\"EventType\":\"t\",\"CorpId\":\"c\",\"eventId\":\"%s\",\"a\":\"\\u0000\",\"b\":1,\"b\":2}"
                .formatted(id));
        Event stream = streamed(
                event("{\"EventType\":\"t\",\"CorpId\":\"c\",\"eventId\":\"%s\",\"a\":\"\\u0000\"}".formatted(id)));
        Event other =
                streamed(event("{\"EventType\":\"t\",\"CorpId\":\"c\",\"eventId\":\"%s\",\"a\":\"\\u0000\",\"b\":2}"
                        .formatted(newId())));
        Node node = node();
        node.receive(List.of(http, stream, other));

        assertThat(http.payload().raw()).isNotNull();
        assertThat(node.receive(List.of(stream))).containsExactly(new Duplicate(http.id(), MatchedBy.EVENT_ID, false));
        assertThat(node.receive(List.of(event(
                        "{\"EventType\":\"t\",\"BizId\":\"7\",\"CorpId\":\"c\",\"a\":\"\\u0000\",\"b\":2,\"eventId\":\"%s\"}"
                                .formatted(other.id().substring("default:".length()))))))
                .containsExactly(new Duplicate(other.id(), MatchedBy.EVENT_ID, true));
    }

    /** Content alone joins no two transports: these are documented as two events. */
    @Test
    void whatHasNeitherIdOverHttpNorNaturalKeyIsTwoEvents() throws Exception {
        Event http =
                event("{\"EventType\":\"user_modify_org\",\"CorpId\":\"c\",\"userId\":[\"%s\"]}".formatted(newId()));
        Node node = node();

        List<Outcome> outcomes = node.receive(List.of(http, streamed(http, newId()), http));

        node.settle();
        assertThat(outcomes.subList(0, 2)).allMatch(ContractFixture::isFirst);
        assertThat(outcomes.get(2)).isEqualTo(new Duplicate(outcomes.get(0).eventId(), MatchedBy.WINDOW, true));
    }

    /** What an approval is, and the four ways in which its end comes. */
    enum Way {
        HTTP,
        HTTP_OF_THE_ORGANISATION,
        STREAM,
        POLL;

        Event of(String instance) {
            Event http = approvalFinished(instance);
            return switch (this) {
                case HTTP -> http;
                case HTTP_OF_THE_ORGANISATION -> legacy(instance);
                case STREAM -> streamed(http);
                case POLL -> polled(http);
            };
        }

        /** Without eventId and EventTime, and with another spelling of the organisation. */
        private static Event legacy(String instance) {
            return event(approvalFinished(instance, null)
                    .payload()
                    .jsonb()
                    .replace("\"EventTime\":1790000000123,", "")
                    .replace("CorpId", "corpId"));
        }

        boolean isHttp() {
            return this == HTTP || this == HTTP_OF_THE_ORGANISATION;
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of(Way.values()).flatMap(first -> Stream.of(Way.values())
                .filter(second -> first != second && !(first.isHttp() && second.isHttp()))
                .map(second -> Arguments.of(first, second)));
    }

    static Stream<Arguments> pairs() {
        return Stream.of(ProcessingMode.SYNC, ProcessingMode.QUEUE)
                .flatMap(mode -> ways().map(way -> Arguments.of(mode, way.get()[0], way.get()[1])));
    }

    private Node node(ProcessingMode mode) {
        return Node.on(database).mode(mode).handlers(countsEffects).build();
    }

    private void assertOnlySameContent(Event event, int duplicates) {
        assertThat(jdbc.sql("select d.same_payload"
                                + " from inbox.duplicate_deliveries d"
                                + " left join inbox.processed_events p using (event_id)"
                                + " where d.event_id = :id or p.natural_key = :key")
                        .param("id", event.id())
                        .param("key", event.identity().naturalKey())
                        .query(Boolean.class)
                        .list())
                .hasSize(duplicates)
                .containsOnly(true);
    }
}
