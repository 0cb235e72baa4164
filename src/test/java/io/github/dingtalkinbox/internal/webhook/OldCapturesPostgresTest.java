package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.testing.CallbackClient.Answer;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Callbacks that were signed some time ago. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class OldCapturesPostgresTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TestDatabase database;
    private final Service service;

    OldCapturesPostgresTest(TestDatabase database) {
        this.database = database;
        this.service = Service.start(
                database,
                "inbox.retention.event-types[0].name=kept_longer",
                "inbox.retention.event-types[0].events=100d",
                "inbox.retention.event-types[1].name=kept_shorter",
                "inbox.retention.event-types[1].events=20d");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void oneOlderThanTheShortestRetentionLessADayIsRefused(CapturedOutput output) throws Exception {
        double refused = count("too_old");

        assertThat(answer(service, withId(), Duration.ofDays(19).minus(MINUTE)).status())
                .isEqualTo(200);
        Answer answer = answer(service, withId(), Duration.ofDays(19).plus(MINUTE));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo(forged().body());
        assertThat(count("too_old")).isEqualTo(refused + 1);
        assertThat(output).contains("is answered 401. It was signed at 20", ", more than 456 h ago: it was captured");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1500000000000", "1500000000"})
    void oneOf2017IsRefusedInMillisecondsAndInSeconds(String timestamp) throws Exception {
        assertThat(answer(service, withId(), timestamp).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1", "15000000000", "99999999999999999999", "-1500000000000"})
    void whatIsNotATimeIsAcceptedAndCounted(String timestamp) throws Exception {
        double unreadable = count("unreadable");

        assertThat(answer(service, withId(), timestamp).status()).isEqualTo(200);
        assertThat(count("unreadable")).isEqualTo(unreadable + 1);
    }

    @Test
    void aClockThatIsAheadIsNoReasonToRefuse() throws Exception {
        assertThat(answer(service, withId(), Duration.ofDays(-400)).status()).isEqualTo(200);
    }

    @Test
    void theCheckOfTheUrlIsAnsweredWhateverItsTimeIs() throws Exception {
        assertThat(answer(service, "{\"EventType\":\"check_url\"}", "1500000000000")
                        .decrypted())
                .isEqualTo("success");
    }

    @Test
    void whatIsKnownByItsContentAloneHasAnHour() throws Exception {
        String content = "{\"EventType\":\"without_id\",\"what\":\"%s\"}";

        assertThat(answer(service, content.formatted("a"), Duration.ofMinutes(59))
                        .status())
                .isEqualTo(200);
        assertThat(answer(service, content.formatted("b"), Duration.ofMinutes(61))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void whereNothingIsRemovedNothingIsTooOld() throws Exception {
        try (Service keeping = Service.start(database, "inbox.retention.schedule=-")) {
            assertThat(answer(keeping, withId(), "1500000000000").status()).isEqualTo(200);
        }
    }

    @Test
    void whereAJobRemovesWhatIsTooOldIsRefused() throws Exception {
        try (Service served = Service.start(database, "inbox.retention.schedule=elsewhere")) {
            assertThat(answer(served, withId(), "1500000000000").status()).isEqualTo(401);
        }
    }

    @Test
    void aRetentionOfADayLeavesTimeForRetries() throws Exception {
        try (Service forgetting = Service.start(database, "inbox.retention.events=1d")) {
            assertThat(answer(forgetting, withId(), Duration.ofMinutes(59)).status())
                    .isEqualTo(200);
            assertThat(answer(forgetting, withId(), Duration.ofMinutes(61)).status())
                    .isEqualTo(401);
        }
    }

    private static Answer answer(Service service, String event, Duration age) throws Exception {
        return answer(service, event, Long.toString(Clock.systemUTC().millis() - age.toMillis()));
    }

    private static Answer answer(Service service, String event, String timestamp) throws Exception {
        return service.client().send(service.client().seal(event.getBytes(UTF_8), timestamp));
    }

    /** The answer to a wrong signature. */
    private Answer forged() throws Exception {
        var other = new CallbackCrypto(
                new Credentials("anotherToken", Service.CREDENTIALS.aesKey(), Service.CREDENTIALS.ownerKey()));
        return service.client().send(other.seal(withId().getBytes(UTF_8), "1790000000680"));
    }

    private double count(String finding) {
        return service.bean(MeterRegistry.class)
                .get("dingtalk.inbox.timestamps")
                .tag("finding", finding)
                .counter()
                .count();
    }

    private static String withId() {
        return "{\"EventType\":\"captured\",\"eventId\":\"" + UUID.randomUUID() + "\"}";
    }
}
