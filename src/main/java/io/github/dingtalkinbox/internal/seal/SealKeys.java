package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The keys that make seals and have made them. */
public final class SealKeys {
    /** The property of the key for new seals. */
    public static final String PROPERTY = SealProperties.PREFIX + ".key";

    private final List<SealKey> keys;

    SealKeys(List<SealKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** A problem with the keys, with the action that solves it. */
    public static ConfigurationProblem refused(String description) {
        return new ConfigurationProblem(
                description + ".",
                "Set inbox.seal.key (in the environment: INBOX_SEAL_KEY) to 32 random bytes in base64: the command keys"
                        + " makes some, or openssl rand -base64 32. If there are seals already, it must be the key that made"
                        + " them, or that key must be in inbox.seal.previous-keys.");
    }

    /**
     * The configured keys; empty if none is set.
     *
     * @throws ConfigurationProblem if a key cannot be right
     */
    public static Optional<SealKeys> in(Environment environment) {
        return Binder.get(environment)
                .bindOrCreate(SealProperties.PREFIX, SealProperties.class)
                .keys();
    }

    SealKey current() {
        return keys.get(0);
    }

    /** The key with this id. */
    public Optional<SealKey> find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** All keys, the current one first. */
    public List<SealKey> all() {
        return keys;
    }
}
