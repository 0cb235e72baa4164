package io.github.dingtalkinbox.internal.start;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** Ends the start on an older Spring Boot, before that complains of the first class that it does not have. */
final class BootVersion implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final int MAJOR = 4;
    private static final int MINOR = 1;

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        require(SpringBootVersion.getVersion());
    }

    /** @param found such as 4.1.2; unknown, it is taken for new enough */
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
                    "Upgrade Spring Boot. An application that cannot may run the inbox as a service of its own, with SQL"
                            + " files as handlers: src/docs/handlers.md.");
        }
    }
}
