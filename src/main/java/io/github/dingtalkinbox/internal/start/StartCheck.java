package io.github.dingtalkinbox.internal.start;

import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;

/**
 * What can be checked of the configuration before anything is made: the service asks first, so that no embedded database
 * is made for a start that cannot succeed. Found in {@code spring.factories}; the beans check the same again, for a host.
 */
public interface StartCheck {
    /**
     * Checks its part of the configuration.
     *
     * @throws ConfigurationProblem if that cannot be right
     */
    void check(Environment environment);

    /** All that there are. */
    static List<StartCheck> all() {
        return SpringFactoriesLoader.forDefaultResourceLocation().load(StartCheck.class);
    }
}
