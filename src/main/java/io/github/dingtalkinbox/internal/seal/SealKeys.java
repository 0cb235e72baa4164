package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The keys that seals are and were made with. */
public final class SealKeys {
    /** The property that has the one for new seals. */
    public static final String PROPERTY = SealProperties.PREFIX + ".key";

    private final List<SealKey> keys;

    SealKeys(List<SealKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** What is wrong with the keys, and what to do about it. */
    public static ConfigurationProblem refused(String description) {
        return new ConfigurationProblem(
                description + ".",
                "Set inbox.seal.key (in the environment: INBOX_SEAL_KEY) to 32 random bytes in base64: the command keys"
                        + " makes some, or openssl rand -base64 32. If seals have been made already, it must be the key"
                        + " that made them, or that one must stand in inbox.seal.previous-keys.");
    }

    /**
     * Checks the keys that are configured, if there are any.
     *
     * @throws ConfigurationProblem if one cannot be right
     */
    public static void check(Environment environment) {
        Binder.get(environment)
                .bind(SealProperties.PREFIX, SealProperties.class)
                .ifBound(SealProperties::keys);
    }

    /**
     * The keys that are configured.
     *
     * @throws ConfigurationProblem if one cannot be right, or there is none
     */
    public static SealKeys of(Environment environment) {
        return Binder.get(environment)
                .bindOrCreate(SealProperties.PREFIX, SealProperties.class)
                .keys()
                .orElseThrow(() -> refused(PROPERTY + " is not set"));
    }

    /** The one that makes new seals. */
    SealKey current() {
        return keys.get(0);
    }

    public Optional<SealKey> find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** Their ids. */
    public List<String> ids() {
        return keys.stream().map(SealKey::id).toList();
    }
}
