package io.github.dingtalkinbox.service.start;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.internal.start.KnownProperties;
import io.github.dingtalkinbox.internal.start.UnknownProperties;
import java.util.List;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Checks the properties before anything is made from them. */
public final class PropertyCheck {
    private PropertyCheck() {}

    /**
     * Ends the start if properties are set that do not exist.
     *
     * @throws ConfigurationProblem that names all of them
     */
    public static void refuseUnknown(Environment environment, KnownProperties known) {
        List<String> unknown = UnknownProperties.in(environment, known);
        if (!unknown.isEmpty()) {
            throw new ConfigurationProblem(
                    "There are no such properties:" + System.lineSeparator()
                            + String.join(System.lineSeparator(), unknown),
                    "Correct or remove them. src/docs/configuration.md lists all properties, and src/docs/changelog.md the"
                            + " new names of old ones.");
        }
    }

    /**
     * Reads all values.
     *
     * @throws BindException if one cannot be right
     */
    public static void requireValid(Environment environment, KnownProperties known) {
        Binder binder = Binder.get(environment);
        known.prefixes().forEach((type, prefix) -> binder.bind(prefix, type));
    }
}
