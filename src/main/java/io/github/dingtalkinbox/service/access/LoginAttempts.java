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

    /** Whether so many have failed that the next one is refused, whatever its password is. */
    boolean areTooMany(String user, String address) {
        return count(named(user, address)) >= MOST_AS_USER || count(anybody(address)) >= MOST_FROM_ADDRESS;
    }

    void failed(String user, String address) {
        increment(named(user, address));
        increment(anybody(address));
    }

    void succeeded(String user, String address) {
        failures.invalidate(named(user, address));
    }

    private int count(LoginOrigin origin) {
        AtomicInteger count = failures.getIfPresent(origin);
        return count == null ? 0 : count.get();
    }

    private void increment(LoginOrigin origin) {
        failures.get(origin, o -> new AtomicInteger()).incrementAndGet();
    }

    private static LoginOrigin named(String user, String address) {
        return new LoginOrigin("user " + user.substring(0, Math.min(user.length(), LONGEST_NAME)), address);
    }

    private static LoginOrigin anybody(String address) {
        return new LoginOrigin("", address);
    }

    private record LoginOrigin(String user, String address) {}
}
