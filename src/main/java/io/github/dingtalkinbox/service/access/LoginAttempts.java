package io.github.dingtalkinbox.service.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts failed logins, by user and address together, and by address alone. Not by user alone, or strangers could lock
 * everyone out. The memory is limited.
 *
 * <p>Safe for use by many threads.
 */
final class LoginAttempts {
    static final Duration SPAN = Duration.ofMinutes(15);
    static final int MOST_AS_USER = 5;
    static final int MOST_FROM_ADDRESS = 30;

    private static final int REMEMBERED = 10_000;
    private static final int LONGEST_NAME = 100;

    private final Cache<LoginOrigin, AtomicInteger> failures;

    LoginAttempts(Ticker ticker) {
        this.failures = Caffeine.newBuilder()
                .expireAfterWrite(SPAN)
                .maximumSize(REMEMBERED)
                .ticker(ticker)
                .build();
    }

    /** Counts an attempt, as a failed one until it succeeds; false if it is one too many. */
    boolean begin(String user, String address) {
        // Both count, whichever is over its limit.
        boolean asUser = count(new LoginOrigin(named(user), address)) <= MOST_AS_USER;
        boolean fromAddress = count(new LoginOrigin("", address)) <= MOST_FROM_ADDRESS;
        return asUser && fromAddress;
    }

    void succeeded(String user, String address) {
        failures.invalidate(new LoginOrigin(named(user), address));
        count(new LoginOrigin("", address), -1);
    }

    private int count(LoginOrigin attempt) {
        return count(attempt, 1);
    }

    private int count(LoginOrigin attempt, int by) {
        return failures.get(attempt, a -> new AtomicInteger()).addAndGet(by);
    }

    private static String named(String user) {
        return "user " + user.substring(0, Math.min(user.length(), LONGEST_NAME));
    }

    private record LoginOrigin(String user, String address) {}
}
