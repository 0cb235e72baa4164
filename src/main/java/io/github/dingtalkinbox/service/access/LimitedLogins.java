package io.github.dingtalkinbox.service.access;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Checks passwords, and limits the attempts: after too many failures the next one is refused without a look at its
 * password. Attempts from one address take turns, so that those under way need not be counted as failures; one whose
 * password was right a moment ago needs no turn.
 *
 * <p>Safe for use by many threads.
 */
final class LimitedLogins implements AuthenticationProvider {
    private static final Logger log = LoggerFactory.getLogger(LimitedLogins.class);

    /** Addresses that share a turn delay each other, and nothing else. */
    private static final int TURNS = 16;

    /** Each waits in a thread that could receive callbacks. */
    private static final int MOST_WAITING = 100;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final AuthenticationProvider passwords;
    private final LoginAttempts attempts;
    private final RecentLogins recent = new RecentLogins(Ticker.systemTicker());
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final Semaphore[] turns = new Semaphore[TURNS];

    LimitedLogins(AuthenticationProvider passwords, LoginAttempts attempts) {
        this.passwords = passwords;
        this.attempts = attempts;
        for (int i = 0; i < TURNS; i++) {
            turns[i] = new Semaphore(1, true);
        }
    }

    @Override
    public Authentication authenticate(Authentication login) {
        String address = address(login);
        Authentication known = known(login, address);
        if (known != null) {
            return known;
        }
        if (!waiting.tryAcquire()) {
            throw busy(address);
        }
        try {
            return inTurn(login, address);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(address);
        } finally {
            waiting.release();
        }
    }

    private Authentication inTurn(Authentication login, String address) throws InterruptedException {
        Semaphore turn = turns[Math.floorMod(address.hashCode(), TURNS)];
        if (!turn.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw busy(address);
        }
        try {
            // The one before may have been the same.
            Authentication known = known(login, address);
            return known == null ? check(login, address) : known;
        } finally {
            turn.release();
        }
    }

    /** Also a right password is refused after too many failures: else this would be a way to go on guessing. */
    private @Nullable Authentication known(Authentication login, String address) {
        if (attempts.areTooMany(login.getName(), address)) {
            log.warn("A login to the console from {} was refused: too many have failed", address);
            throw new LockedException("Too many attempts");
        }
        return recent.find(login);
    }

    private Authentication check(Authentication login, String address) {
        Authentication user;
        try {
            user = passwords.authenticate(login);
        } catch (AuthenticationException e) {
            attempts.failed(login.getName(), address);
            log.warn("A login to the console from {} has failed: wrong name or password", address);
            throw e;
        }
        if (user == null) {
            throw new IllegalStateException("A password was neither right nor wrong");
        }
        attempts.succeeded(login.getName(), address);
        recent.add(login, user);
        return user;
    }

    private static AuthenticationException busy(String address) {
        log.warn("A login to the console from {} was refused: too many others are waiting", address);
        return new AuthenticationServiceException("Too many logins at once");
    }

    private static String address(Authentication login) {
        return login.getDetails() instanceof WebAuthenticationDetails details
                ? String.valueOf(details.getRemoteAddress())
                : "";
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }
}
