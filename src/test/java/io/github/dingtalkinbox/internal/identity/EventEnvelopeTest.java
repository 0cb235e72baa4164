package io.github.dingtalkinbox.internal.identity;

import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static io.github.dingtalkinbox.internal.identity.TestEvents.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventEnvelopeTest {
    private static final EventReader READER = new EventReader(Map.of());
    private static final Metadata METADATA = new Metadata("t", "e", "ding1", null);
    private static final Delivery STREAM = new Delivery(Transport.STREAM, Instant.EPOCH, null);

    @Test
    void whatHttpHasAroundTheBodyIsNoDifference() {
        Event http = event("""
                {"EventType":"t","eventType":"t","EventTime":1790000000123,"TimeStamp":"1790000000123","CorpId":"ding1",
                 "corpId":"ding1","corpid":"ding1","BizId":"1","eventId":"e","title":"a"}
                """);

        assertThat(http.payload().json().propertyNames())
                .contains(EventEnvelope.FIELDS.toArray(String[]::new))
                .hasSize(EventEnvelope.FIELDS.size() + 1);
        assertIsSame(http, frame("{\"title\":\"a\"}"), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"title\":\"b\"}",
                "{\"title\":\"a\",\"result\":\"agree\"}",
                "{\"title\":\"a\",\"timeStamp\":1790000000123}",
                "{\"title\":\"a\",\"more\":{\"eventId\":\"e\"}}",
                "{\"title\":\"a\",\"title\":\"a\"}",
                "[]",
                "null"
            })
    void anotherBodyIsADifference(String data) {
        assertIsSame(event("{\"EventType\":\"t\",\"CorpId\":\"ding1\",\"title\":\"a\"}"), frame(data), false);
    }

    @ParameterizedTest
    @CsvSource({"EventTime, 1, 1, true", "EventTime, 1, 2, false", "eventId, 1, 1, true", "eventId, 1, 2, false"})
    void aFieldOfTheEnvelopeThatBothHaveCounts(String name, int one, int other, boolean isSame) {
        Event http = event("{\"EventType\":\"t\",\"CorpId\":\"ding1\",\"%s\":%d}".formatted(name, one));

        assertIsSame(http, frame("{\"%s\":%d}".formatted(name, other)), isSame);
    }

    @ParameterizedTest
    @CsvSource({"t, ding1, true", "t, '', true", "t, ding2, false", "other, ding1, false"})
    void whatStandsBesideThePayloadCounts(String type, String corpId, boolean isSame) {
        Event http = event("{\"EventType\":\"t\",\"CorpId\":\"ding1\"}");

        assertIsSame(http, READER.read("default", new Metadata(type, "e", corpId, null), "{}", STREAM), isSame);
    }

    @Test
    void theTimeOfAFrameMayBeAnother() {
        Event http = event("{\"EventType\":\"t\",\"CorpId\":\"ding1\",\"EventTime\":1790000000123}");
        Metadata later = new Metadata("t", "e", "ding1", Instant.ofEpochMilli(1790000000456L));

        assertIsSame(http, READER.read("default", later, "{}", STREAM), true);
    }

    /** What a database or a tree would have lost. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"a\\u0000\" | \"a\\u0000\" | true",
                "\"a\\u0000\" | \"a\\u0001\" | false",
                "\"a\\ud800\" | \"a\\ud800\" | true",
                "\"a\\ud800\" | \"a\\ud801\" | false",
                "1,\"title\":2 | 1,\"title\":2 | true",
                "1,\"title\":2 | 3,\"title\":2 | false",
                "1.50 | 15e-1 | true",
                "\" , \\\" } EventType\" | \" , \\\" } EventType\" | true"
            })
    void whatIsHardToStoreIsCompared(String one, String other, boolean isSame) {
        Event http = event(" \uFEFF {\"title\" : %s , \"EventType\":\"t\", \"x\":{} ,\"CorpId\":\"ding1\" } "
                .strip()
                .formatted(one));

        assertIsSame(http, frame("{\"x\":{},\"title\":%s}".formatted(other)), isSame);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http2_bpms_instance_change_finish_agree",
                "legacy_bpms_instance_change_finish",
                "http2_chat_add_member",
                "http2_attendance_overtime_duration"
            })
    void aFrameSaysTheSameAsTheCallback(String sample) {
        Event http = Samples.events(sample).get(0);
        assertThat(streamed(http).payload().sameAs(http.payload())).isFalse();
        assertIsSame(http, streamed(http), true);
    }

    /** The documented frame lacks what the documented callback has, and nothing else. */
    @Test
    void theSampleOfAFrameSaysTheSameAsTheSampleOfACallback() {
        Event http = Samples.events("http2_bpms_instance_change_finish_agree").get(0);
        Event stream =
                Samples.events("stream_event_bpms_instance_change_finish").get(0);

        assertIsSame(http, stream, true);
        assertThat(streamed(http).payload().sameAs(stream.payload())).isTrue();
    }

    @Test
    void theViewOfConflictsKnowsTheSameFields() throws IOException {
        String view = Files.readString(Path.of("db/migration/V7__audit_views.sql"));

        assertThat(Pattern.compile("key not in \\(([^)]*)\\)")
                        .matcher(view)
                        .results()
                        .map(list ->
                                List.of(list.group(1).replaceAll("['\\s]", "").split(","))))
                .containsExactly(EventEnvelope.FIELDS);
    }

    private static Event frame(String data) {
        return READER.read("default", METADATA, data, STREAM);
    }

    private static void assertIsSame(Event one, Event other, boolean isSame) {
        assertThat(EventEnvelope.isSameWithin(one, other)).isEqualTo(isSame);
        assertThat(EventEnvelope.isSameWithin(other, one)).isEqualTo(isSame);
    }
}
