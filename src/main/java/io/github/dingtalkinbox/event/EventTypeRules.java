package io.github.dingtalkinbox.event;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says about the identity of one event type.
 *
 * @param naturalKey the paths of the fields that make up its natural key, such as {@code openConfModel.conferenceId}; an
 *     event that lacks one of them has no natural key. Empty: the type has none. Null: the built-in one
 * @param window how long equal content is the same event, where there is no other identity. Null: the default
 */
public record EventTypeRules(
        @Nullable List<String> naturalKey, @Nullable Duration window) {
    static final EventTypeRules BUILT_IN = new EventTypeRules(null, null);
    static final Duration DEFAULT_WINDOW = Duration.ofMinutes(10);

    public EventTypeRules {
        if (naturalKey != null) {
            naturalKey = List.copyOf(naturalKey);
            if (naturalKey.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("A natural key is made of the names of fields, none of them blank");
            }
        }
        if (window != null && (window.isNegative() || window.isZero())) {
            throw new IllegalArgumentException("The window of an identity must be positive, but is " + window);
        }
    }

    Duration windowOrDefault() {
        return window == null ? DEFAULT_WINDOW : window;
    }
}
