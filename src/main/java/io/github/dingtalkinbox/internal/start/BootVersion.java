package io.github.dingtalkinbox.internal.start;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** Ends the start on an older Spring Boot, before that fails with a missing class. */
final class BootVersion implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final int MAJOR = 4;
    private static final int MINOR = 1;

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        require(SpringBootVersion.getVersion());
    }

    /** @param found such as 4.1.2; if it is unknown, it counts as new enough */
    static void require(@Nullable String found) {
        if (found == null) {
            return;
        }
        String[] parts = found.split("\\D+", 3);
        int major = Integer.parseInt(parts[0]);
        int minor = Integer.parseInt(parts[1]);
        if (major < MAJOR || (major == MAJOR && minor < MINOR)) {
            throw new ConfigurationProblem(
                    "dingtalk-inbox needs Spring Boot " + MAJOR + "." + MINOR + " or later, and this application has "
                            + found + ".",
                    "Upgrade Spring Boot. If that is not possible, run the inbox as a separate service, with SQL files as"
                            + " handlers: see src/docs/handlers.md.");
        }
    }
}
