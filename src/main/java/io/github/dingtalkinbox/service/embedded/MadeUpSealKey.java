package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.util.StringUtils;

/**
 * A key that seals the event log, if none is configured. It is made once and kept outside of the database, because it
 * must not be available to anyone who can change the log.
 */
final class MadeUpSealKey {
    private static final String FILE = "seal-key.properties";

    private MadeUpSealKey() {}

    /** Adds the property if none is configured, with a new key if there is none in this directory. */
    static void add(DataDirectory directory, ConfigurableEnvironment environment) {
        if (isWanted(environment)) {
            add(in(directory.path()).readOrMake(directory, MadeUpSealKey::make), directory.path(), environment);
        }
    }

    /** Adds the property if none is configured and there is a key in this directory. */
    static void addIfMade(Path directory, ConfigurableEnvironment environment) {
        if (isWanted(environment) && Files.exists(directory.resolve(FILE))) {
            add(in(directory).read(), directory, environment);
        }
    }

    private static void add(Properties made, Path directory, ConfigurableEnvironment environment) {
        if (!StringUtils.hasText(made.getProperty(SealKeys.PROPERTY))) {
            throw new ConfigurationProblem(
                    "The file " + directory.resolve(FILE) + " must have the key " + SealKeys.PROPERTY + ".",
                    "Restore it: no other key can check what was sealed with it. Or delete the file: the next start makes a"
                            + " new one.");
        }
        // First, so that it replaces an empty value of any source.
        environment.getPropertySources().addFirst(new PropertiesPropertySource(FILE, made));
    }

    private static MadeUpFile in(Path directory) {
        return new MadeUpFile(directory.resolve(FILE), "key", "set " + SealKeys.PROPERTY);
    }

    private static String make() {
        return """
                # Made up, because no %1$s is configured. Secret. Without it, changes of the log cannot be detected.
                %1$s=%2$s
                """.formatted(SealKeys.PROPERTY, NewKeys.sealKey());
    }

    private static boolean isWanted(ConfigurableEnvironment environment) {
        return !StringUtils.hasText(environment.getProperty(SealKeys.PROPERTY));
    }
}
