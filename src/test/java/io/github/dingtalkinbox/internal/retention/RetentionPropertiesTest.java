package io.github.dingtalkinbox.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetentionPropertiesTest {
    @Test
    void whatCannotBeRightIsRefusedByItsName() {
        refused("schedule=daily", "inbox.retention.schedule must be six fields", "but is daily");
        refused("batch-size=0", "inbox.retention.batch-size must be 1 to 10000, but is 0");
        refused("batch-size=10001", "but is 10001");
        refused("pause=-1s", "inbox.retention.pause must not be negative");
        refused("password=x", "inbox.retention.password is set, but inbox.retention.username is not");
        refused("event-types[0].events=3d", "inbox.retention.event-types needs a name in every entry");
        assertThatThrownBy(() -> Settings.properties("event-types[0].name=a", "event-types[1].name=a"))
                .rootCause()
                .hasMessage("inbox.retention.event-types names a twice: put its periods into one entry");
    }

    /** Or a typing mistake would keep the service from receiving. */
    @Test
    void timeThatIsTooShortIsNoReasonNotToStart() {
        assertThat(Settings.properties("events=0", "duplicates=-3d").events()).isZero();
    }

    @Test
    void typesWithoutATimeOfTheirOwnHaveThatOfAll() {
        RetentionProperties properties =
                Settings.properties("events=40d", "event-types[0].name=a", "event-types[0].duplicates=3d");
        assertThat(Periods.ofEvents(properties, null).of("a")).isEqualTo(Duration.ofDays(40));
        assertThat(Periods.ofEvents(properties, Duration.ofDays(9)).of("a")).isEqualTo(Duration.ofDays(9));
        assertThat(Periods.ofDuplicates(properties, Duration.ofDays(9)).of("a")).isEqualTo(Duration.ofDays(3));
    }

    @Test
    void restLastsAsLongAsTheBatchTook() {
        Pace pace = new Pace(Duration.ofMillis(50));
        assertThat(pace.afterBatch(Duration.ofMillis(7))).isEqualTo(Duration.ofMillis(50));
        assertThat(pace.afterBatch(Duration.ofMillis(700))).isEqualTo(Duration.ofMillis(700));
        assertThat(pace.afterBatch(Duration.ofMinutes(7))).isEqualTo(Duration.ofSeconds(10));
        assertThat(new Pace(Duration.ofHours(1)).afterBatch(Duration.ofMinutes(7)))
                .isEqualTo(Duration.ofHours(1));
    }

    private static void refused(String property, String... message) {
        assertThatThrownBy(() -> Settings.properties(property))
                .rootCause()
                .message()
                .contains(message);
    }
}
