package io.github.dingtalkinbox.internal.identity;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configured rules for the identity and the order of one event type.
 *
 * @param naturalKey the paths of the fields that make up its natural key, such as {@code openConfModel.conferenceId};
 *     an event that lacks one of them has no natural key. Empty: the type has none. Null: the built-in one
 * @param window how long equal content is the same event, if there is no other identity. Null: the default
 * @param orderingKey the paths of the fields that make up its ordering key; an event that lacks one of them needs no
 *     order. Empty: the type needs none. Null: the built-in one
 */
public record EventTypeRules(
        @Nullable List<String> naturalKey,
        @Nullable Duration window,
        @Nullable List<String> orderingKey) {
    static final EventTypeRules BUILT_IN = new EventTypeRules(null, null, null);
    private static final Pattern PATH = Pattern.compile("[^.=!?#|\\s]+(\\.[^.=!?#|\\s]+)*");
    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(1);
    private static final Duration LONGEST_WINDOW = Duration.ofDays(366);
    static final Duration DEFAULT_WINDOW = Duration.ofMinutes(10);

    public EventTypeRules {
        naturalKey = naturalKey == null ? null : paths("A natural key", naturalKey);
        orderingKey = orderingKey == null ? null : paths("An ordering key", orderingKey);
        if (window != null && (window.compareTo(SHORTEST_WINDOW) < 0 || window.compareTo(LONGEST_WINDOW) > 0)) {
            throw new IllegalArgumentException(
                    "The window of an identity must be positive, from a millisecond to 366 days, but is " + window);
        }
    }

    private static List<String> paths(String key, List<String> paths) {
        for (String path : paths) {
            if (!PATH.matcher(path).matches()) {
                throw new IllegalArgumentException(key + " consists of field names, with dots between nested ones,"
                        + " such as openConfModel.conferenceId; \"" + path + "\" is not such a name");
            }
        }
        return List.copyOf(paths);
    }

    Duration windowOrDefault() {
        return window == null ? DEFAULT_WINDOW : window;
    }
}
