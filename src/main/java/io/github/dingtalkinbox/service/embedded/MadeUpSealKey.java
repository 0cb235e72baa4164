package io.github.dingtalkinbox.service.embedded;

import io.github.dingtalkinbox.internal.seal.SealKey;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.util.StringUtils;

/**
 * A key that seals the event log, when none is configured. It is made once and kept outside of the database, because
 * whoever can change the log must not have it. It becomes a property before any bean is made.
 */
final class MadeUpSealKey implements BeanFactoryPostProcessor {
    private static final String FILE = "seal-key.properties";

    MadeUpSealKey(DataDirectory directory, ConfigurableEnvironment environment) {
        try {
            if (isWanted(environment) && !Files.exists(directory.resolve(FILE))) {
                directory.writeSecret(FILE, """
                        # Made up, because no %1$s is configured. Secret. Without it, nobody can tell whether the log was changed.
                        %1$s=%2$s
                        """.formatted(SealKeys.PROPERTY, SealKey.random()));
            }
            addIfMade(directory.path(), environment);
        } catch (IOException e) {
            throw new ConfigurationProblem(
                    "The made-up key in " + directory.resolve(FILE) + " cannot be read or written: " + e,
                    "Give the user " + System.getProperty("user.name") + " access to that file, or set "
                            + SealKeys.PROPERTY + ".",
                    e);
        }
    }

    /** Adds the property, if there is a key in this directory and none is configured. */
    static void addIfMade(Path directory, ConfigurableEnvironment environment) throws IOException {
        Path file = directory.resolve(FILE);
        if (!isWanted(environment) || !Files.exists(file)) {
            return;
        }
        Properties made = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            made.load(reader);
        }
        if (!StringUtils.hasText(made.getProperty(SealKeys.PROPERTY))) {
            throw new ConfigurationProblem(
                    "The file " + file + " must have the key " + SealKeys.PROPERTY + ".",
                    "Put it back: what was sealed with it can be checked with no other. Or delete the file: the next"
                            + " start makes a new one.");
        }
        // First, because an empty value is none, wherever it stands.
        environment.getPropertySources().addFirst(new PropertiesPropertySource(FILE, made));
    }

    private static boolean isWanted(ConfigurableEnvironment environment) {
        return !StringUtils.hasText(environment.getProperty(SealKeys.PROPERTY));
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        // Nothing to do. As a post-processor it is made, and has set the property, before any other bean.
    }
}
