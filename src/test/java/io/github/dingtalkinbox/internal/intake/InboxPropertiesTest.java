package io.github.dingtalkinbox.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.identity.EventTypeRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class InboxPropertiesTest {
    private static final String NAME = "inbox.event-types[0].name";
    private static final String NATURAL_KEY = "inbox.event-types[0].natural-key";
    private static final String ORDERING_KEY = "inbox.event-types[0].ordering-key";
    private static final String MODE = "inbox.event-types[0].mode";
    private static final String WINDOW = "inbox.event-types[0].window";

    @Test
    void nothingConfiguredMeansNoRules() {
        assertThat(bound(Map.of()).rules()).isEmpty();
    }

    @Test
    void rulesAreBoundByEventType() {
        var rules = bound(Map.of(
                        NAME,
                        "user_modify_org",
                        NATURAL_KEY,
                        "userId, timeStamp",
                        WINDOW,
                        "5m",
                        "inbox.event-types[1].name",
                        "meeting_status_change",
                        "inbox.event-types[1].natural-key[0]",
                        "openConfModel.conferenceId"))
                .rules();
        assertThat(rules)
                .containsOnly(
                        Map.entry(
                                "user_modify_org",
                                new EventTypeRules(List.of("userId", "timeStamp"), Duration.ofMinutes(5), null)),
                        Map.entry(
                                "meeting_status_change",
                                new EventTypeRules(List.of("openConfModel.conferenceId"), null, null)));
    }

    @Test
    void emptyNaturalKeyIsNoneAndAMissingOneIsTheBuiltInOne() {
        assertThat(bound(Map.of(NAME, "t", NATURAL_KEY, "")).rules())
                .containsEntry("t", new EventTypeRules(List.of(), null, null));
        assertThat(bound(Map.of(NAME, "t")).rules()).containsEntry("t", new EventTypeRules(null, null, null));
    }

    @Test
    void orderingKeyIsBoundByEventType() {
        assertThat(bound(Map.of(NAME, "check_in", ORDERING_KEY, "staffId, place.id"))
                        .rules())
                .containsEntry("check_in", new EventTypeRules(null, null, List.of("staffId", "place.id")));
        assertThat(bound(Map.of(NAME, "bpms_task_change", ORDERING_KEY, "")).rules())
                .containsEntry("bpms_task_change", new EventTypeRules(null, null, List.of()));
    }

    @Test
    void eventsAreProcessedBeforeTheAnswerIfNothingIsConfigured() {
        assertThat(mode(bound(Map.of()), "check_in")).isEqualTo(ProcessingMode.SYNC);
    }

    @Test
    void modeOfATypeIsItsOwnOrElseThatOfAll() {
        InboxProperties queued = bound(Map.of(
                "inbox.mode", "queue", NAME, "check_in", MODE, "sync", "inbox.event-types[1].name", "user_modify_org"));
        assertThat(mode(queued, "check_in")).isEqualTo(ProcessingMode.SYNC);
        assertThat(mode(queued, "user_modify_org")).isEqualTo(ProcessingMode.QUEUE);
        assertThat(mode(queued, "org_change")).isEqualTo(ProcessingMode.QUEUE);

        InboxProperties mostlySync = bound(Map.of(NAME, "check_in", MODE, "queue"));
        assertThat(mode(mostlySync, "check_in")).isEqualTo(ProcessingMode.QUEUE);
        assertThat(mode(mostlySync, "org_change")).isEqualTo(ProcessingMode.SYNC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inbox.mode", MODE})
    void unknownModeIsRefused(String property) {
        assertThatThrownBy(() -> bound(Map.of(NAME, "check_in", property, "later")))
                .isInstanceOf(BindException.class)
                .hasMessageContaining(property);
    }

    @Test
    void typeThatStandsTwiceIsRefused() {
        assertRefused(
                Map.of(NAME, "check_in", "inbox.event-types[1].name", "check_in"),
                "inbox.event-types names check_in twice: put its rules into one entry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void blankNameIsRefused(String name) {
        assertRefused(Map.of(NAME, name), "inbox.event-types needs a name in every entry, such as user_modify_org");
    }

    @Test
    void missingNameIsRefused() {
        assertRefused(Map.of(WINDOW, "5m"), "inbox.event-types needs a name in every entry, such as user_modify_org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "-5m", "367d"})
    void windowThatIsNoTimeIsRefused(String window) {
        assertRefused(Map.of(NAME, "check_in", WINDOW, window), "The window of an identity must be positive");
    }

    @Test
    void blankFieldIsRefused() {
        assertRefused(
                Map.of(NAME, "check_in", NATURAL_KEY, "userId,,timeStamp"), "A natural key consists of field names");
        assertRefused(
                Map.of(NAME, "check_in", ORDERING_KEY, "userId,,timeStamp"), "An ordering key consists of field names");
    }

    private static void assertRefused(Map<String, String> properties, String message) {
        assertThatThrownBy(() -> bound(properties))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining(message);
    }

    private static ProcessingMode mode(InboxProperties properties, String eventType) {
        return properties.modes().getOrDefault(eventType, properties.mode());
    }

    private static InboxProperties bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("inbox", InboxProperties.class);
    }
}
