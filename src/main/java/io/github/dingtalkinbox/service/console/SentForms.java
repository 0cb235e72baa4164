package io.github.dingtalkinbox.service.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.UUID;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * The forms that were sent. Each has a number of its own, so that pressing a button twice has no second effect. On this
 * node only, like sessions. The memory is limited.
 *
 * <p>Safe for use by many threads.
 */
final class SentForms {
    /** The field with the number. */
    static final String NUMBER = "once";

    private static final int REMEMBERED = 10_000;

    private final Cache<UUID, Boolean> sent =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /** Whether it was sent before. Remembers it. */
    boolean include(ServerRequest form) {
        String number = Filter.text(form, NUMBER);
        return number != null && sent.asMap().putIfAbsent(UUID.nameUUIDFromBytes(number.getBytes(UTF_8)), true) != null;
    }
}
