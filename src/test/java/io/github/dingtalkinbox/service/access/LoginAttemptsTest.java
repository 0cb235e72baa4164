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
            assertThat(attempts.begin("admin", "10.0.0.1")).isTrue();
        }
        assertThat(attempts.begin("admin", "10.0.0.1")).isFalse();
        assertThat(attempts.begin("admin", "10.0.0.2")).as("from elsewhere").isTrue();
        assertThat(attempts.begin("other", "10.0.0.1")).as("as somebody else").isTrue();

        now.addAndGet(LoginAttempts.SPAN.toNanos());
        assertThat(attempts.begin("admin", "10.0.0.1")).isTrue();
    }

    @Test
    void aSuccessIsNoFailure() {
        for (int i = 0; i < 2 * LoginAttempts.MOST_FROM_ADDRESS; i++) {
            assertThat(attempts.begin("admin", "10.0.0.1")).isTrue();
            attempts.succeeded("admin", "10.0.0.1");
        }
    }

    @Test
    void manyNamesFromOneAddressAreTooManyToo() {
        for (int i = 0; i < LoginAttempts.MOST_FROM_ADDRESS; i++) {
            assertThat(attempts.begin("user" + i, "10.0.0.1")).isTrue();
        }
        assertThat(attempts.begin("another", "10.0.0.1")).isFalse();
    }
}
