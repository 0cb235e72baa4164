package io.github.dingtalkinbox.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/**
 * Passwords that were right a moment ago: whoever sends one with every request, such as a monitoring system, does not
 * have it hashed by bcrypt every time. Kept is a keyed hash, and the key dies with the process. The memory is limited.
 *
 * <p>Safe for use by many threads.
 */
final class RecentLogins {
    static final Duration SPAN = Duration.ofMinutes(1);

    private static final int REMEMBERED = 1000;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key = new SecretKeySpec(random(), ALGORITHM);
    private final Cache<ByteBuffer, Authentication> users;

    RecentLogins(Ticker ticker) {
        this.users = Caffeine.newBuilder()
                .expireAfterWrite(SPAN)
                .maximumSize(REMEMBERED)
                .ticker(ticker)
                .build();
    }

    void add(Authentication login, Authentication user) {
        users.put(hash(login), user);
    }

    /** The user, if name and password were right a moment ago. */
    @Nullable
    Authentication find(Authentication login) {
        Authentication user = users.getIfPresent(hash(login));
        if (user == null) {
            return null;
        }
        UsernamePasswordAuthenticationToken again = UsernamePasswordAuthenticationToken.authenticated(
                Objects.requireNonNull(user.getPrincipal()), null, user.getAuthorities());
        again.setDetails(login.getDetails());
        return again;
    }

    private ByteBuffer hash(Authentication login) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            // The length keeps apart what a name and a password share.
            mac.update((login.getName().length() + ":" + login.getName() + login.getCredentials()).getBytes(UTF_8));
            return ByteBuffer.wrap(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
