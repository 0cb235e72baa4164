package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code inbox.seal.*}.
 *
 * @param key Key that makes new seals of the event log: 32 random bytes in base64 or hex. Without one, nothing is
 *     sealed.
 * @param previousKeys Keys that made older seals.
 * @param interval How often a node looks for an hour that can be sealed.
 */
@ConfigurationProperties(SealProperties.PREFIX)
record SealProperties(
        @Nullable String key,
        @DefaultValue List<String> previousKeys,
        @DefaultValue("5m") Duration interval,
        @DefaultValue Head head) {
    static final String PREFIX = "inbox.seal";

    SealProperties {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("inbox.seal.interval must be at least 1s, but is " + interval);
        }
    }

    /**
     * All keys; empty if there is none for new seals. An empty value counts as not set.
     *
     * @throws ConfigurationProblem if a key cannot be right
     */
    Optional<SealKeys> keys() {
        if (key == null || key.isBlank()) {
            return Optional.empty();
        }
        List<SealKey> keys = new ArrayList<>();
        keys.add(SealKey.parse(SealKeys.PROPERTY, key));
        for (String previous : previousKeys) {
            if (!previous.isBlank()) {
                keys.add(SealKey.parse(PREFIX + ".previous-keys", previous));
            }
        }
        return Optional.of(new SealKeys(keys));
    }

    /** Takes each head to the configured places. */
    SealHeads heads() {
        List<HeadPlace> places = new ArrayList<>();
        if (head.file != null) {
            places.add(new HeadFile(head.file));
        }
        if (head.url != null) {
            places.add(new HeadUrl(head.url, head.headers));
        }
        return new SealHeads(places);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "SealProperties[interval=" + interval + "]";
    }

    /**
     * Where the head of the chain goes.
     *
     * @param file File that gets a line with the head after each sealed hour.
     * @param url URL that gets the head of each sealed hour by PUT; {hour} in it is replaced by the hour.
     * @param headers Headers of these requests, each as "Name: value".
     */
    record Head(
            @Nullable Path file,
            @Nullable String url,
            @DefaultValue List<String> headers) {
        Head {
            if (url != null && url.isBlank()) {
                url = null; // a compose file passes an unset variable as an empty one
            }
            if (url != null) {
                HeadUrl.check(url, headers);
            }
        }

        /** Without secrets. */
        @Override
        public String toString() {
            return "Head[file=" + file + "]";
        }
    }
}
