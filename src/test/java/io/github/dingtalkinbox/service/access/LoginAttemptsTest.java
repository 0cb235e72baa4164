package io.github.dingtalkinbox.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {
    private final AtomicLong now = new AtomicLong();
    private final LoginAttempts attempts = new LoginAttempts(now::get);

    @Test
    void afterSomeThatFailedThereAreNoMoreUntilTheTimeIsOver() {
        for (int i = 0; i < LoginAttempts.MOST_AS_USER; i++) {
            assertThat(attempts.areTooMany("admin", "10.0.0.1")).isFalse();
            attempts.failed("admin", "10.0.0.1");
        }
        assertThat(attempts.areTooMany("admin", "10.0.0.1")).isTrue();
        assertThat(attempts.areTooMany("admin", "10.0.0.2"))
                .as("from elsewhere")
                .isFalse();
        assertThat(attempts.areTooMany("other", "10.0.0.1"))
                .as("as somebody else")
                .isFalse();

        now.addAndGet(LoginAttempts.SPAN.toNanos());
        assertThat(attempts.areTooMany("admin", "10.0.0.1")).isFalse();
    }

    @Test
    void aSuccessForgetsTheFailuresOfItsUser() {
        for (int i = 1; i < LoginAttempts.MOST_AS_USER; i++) {
            attempts.failed("admin", "10.0.0.1");
        }
        attempts.succeeded("admin", "10.0.0.1");
        attempts.failed("admin", "10.0.0.1");

        assertThat(attempts.areTooMany("admin", "10.0.0.1")).isFalse();
    }

    @Test
    void manyNamesFromOneAddressAreTooManyToo() {
        for (int i = 0; i < LoginAttempts.MOST_FROM_ADDRESS; i++) {
            assertThat(attempts.areTooMany("another", "10.0.0.1")).isFalse();
            attempts.failed("user" + i, "10.0.0.1");
        }
        assertThat(attempts.areTooMany("another", "10.0.0.1")).isTrue();
    }
}
