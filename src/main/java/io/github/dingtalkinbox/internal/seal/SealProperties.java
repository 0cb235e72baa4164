package io.github.dingtalkinbox.internal.seal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code audit.*}.
 *
 * @param sealKey which new seals are made with: 32 bytes in base64 or hex. Without one, nothing is sealed
 * @param previousSealKeys which older seals were made with
 * @param sealInterval how often is looked for an hour that can be sealed
 */
@ConfigurationProperties(SealProperties.PREFIX)
record SealProperties(
        @Nullable String sealKey,
        @DefaultValue List<String> previousSealKeys,
        @DefaultValue("5m") Duration sealInterval) {
    static final String PREFIX = "audit";

    SealProperties {
        if (sealInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("audit.seal-interval must be at least 1s, but is " + sealInterval);
        }
    }

    static SealProperties none() {
        return new SealProperties(null, List.of(), Duration.ofMinutes(5));
    }

    /**
     * All keys; empty if there is none for new seals. An empty variable in the environment is as good as none.
     *
     * @throws InvalidSealKey if one cannot be right
     */
    Optional<SealKeys> keys() {
        if (sealKey == null || sealKey.isBlank()) {
            return Optional.empty();
        }
        List<SealKey> keys = new ArrayList<>();
        keys.add(SealKey.parse(SealKeys.PROPERTY, sealKey));
        for (String previous : previousSealKeys) {
            if (!previous.isBlank()) {
                keys.add(SealKey.parse(PREFIX + ".previous-seal-keys", previous));
            }
        }
        return Optional.of(new SealKeys(keys));
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "SealProperties[sealInterval=" + sealInterval + "]";
    }
}
