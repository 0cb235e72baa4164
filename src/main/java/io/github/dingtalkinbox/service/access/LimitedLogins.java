package io.github.dingtalkinbox.service.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Checks passwords, and limits the attempts: one too many is refused without a look at its password.
 *
 * <p>Safe for use by many threads.
 */
final class LimitedLogins implements AuthenticationProvider {
    private static final Logger log = LoggerFactory.getLogger(LimitedLogins.class);

    private final AuthenticationProvider passwords;
    private final LoginAttempts attempts;

    LimitedLogins(AuthenticationProvider passwords, LoginAttempts attempts) {
        this.passwords = passwords;
        this.attempts = attempts;
    }

    @Override
    public Authentication authenticate(Authentication login) {
        String address = address(login);
        if (!attempts.begin(login.getName(), address)) {
            log.warn("A login to the console from {} was refused: too many have failed", address);
            throw new LockedException("Too many attempts");
        }
        Authentication user;
        try {
            user = passwords.authenticate(login);
        } catch (AuthenticationException e) {
            log.warn("A login to the console from {} has failed: wrong name or password", address);
            throw e;
        }
        if (user == null) {
            throw new IllegalStateException("A password was neither right nor wrong");
        }
        attempts.succeeded(login.getName(), address);
        return user;
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
