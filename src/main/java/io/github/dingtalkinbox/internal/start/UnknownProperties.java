package io.github.dingtalkinbox.internal.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Properties that are set but do not exist: misspelt ones, and old names from before the prefix {@code inbox}. A
 * variable of the environment is only reported if it is similar to a real one, because others begin with the same word:
 * Kubernetes sets {@code INBOX_SERVICE_HOST} for a service called inbox.
 */
public final class UnknownProperties {
    private static final String PREFIX = "inbox";

    /** Old beginnings, and their replacements. */
    private static final Map<String, String> RENAMED = Map.of(
            "dingtalk.apps", "inbox.apps",
            "dingtalk.drain", "inbox.drain",
            "queue", "inbox.queue",
            "retention", "inbox.retention",
            "recovery", "inbox.recovery",
            "console", "inbox.console",
            "audit.sealkey", "inbox.seal.key",
            "audit.previoussealkeys", "inbox.seal.previouskeys",
            "audit.sealinterval", "inbox.seal.interval");

    private static final Map<String, String> RENAMED_ENDS = Map.of("appkey", "clientid", "appsecret", "clientsecret");

    private final KnownProperties known;
    private final List<String> found = new ArrayList<>();

    private UnknownProperties(KnownProperties known) {
        this.known = known;
    }

    /** One sentence for each, with its name, where it is set, and what was probably meant. */
    public static List<String> in(Environment environment, KnownProperties known) {
        UnknownProperties unknown = new UnknownProperties(known);
        if (!known.isEmpty()) {
            for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
                if (source instanceof IterableConfigurationPropertySource names) {
                    names.stream().forEach(name -> unknown.check(name, names));
                }
            }
        }
        return List.copyOf(unknown.found);
    }

    private void check(ConfigurationPropertyName name, ConfigurationPropertySource source) {
        boolean isVariable = isEnvironment(source);
        List<String> parts = parts(name);
        PropertyName set = new PropertyName(parts, isVariable);
        if (parts.size() > 1 && parts.get(0).equals(PREFIX)) {
            if (!known.contains(set)) {
                Optional<String> nearest = known.nearest(set);
                if (nearest.isPresent() || !isVariable) {
                    tell(
                            name,
                            source,
                            nearest.map(meant -> "did you mean " + meant + "?").orElse("unknown"));
                }
            }
        } else {
            renamed(parts, isVariable).ifPresent(now -> tell(name, source, "is now called " + now));
        }
    }

    private void tell(ConfigurationPropertyName name, ConfigurationPropertySource source, String what) {
        ConfigurationProperty property = source.getConfigurationProperty(name);
        String where = property != null && property.getOrigin() != null
                ? property.getOrigin().toString()
                : String.valueOf(source.getUnderlyingSource());
        found.add(name + " (" + where + "): " + what);
    }

    /** The new name of a property that was renamed. */
    private Optional<String> renamed(List<String> parts, boolean isVariable) {
        String old = String.join(".", parts);
        for (Map.Entry<String, String> entry : RENAMED.entrySet()) {
            if (old.equals(entry.getKey()) || old.startsWith(entry.getKey() + ".")) {
                List<String> now = new ArrayList<>(
                        List.of((entry.getValue() + old.substring(entry.getKey().length())).split("\\.", -1)));
                int last = now.size() - 1;
                now.set(last, RENAMED_ENDS.getOrDefault(now.get(last), now.get(last)));
                return known.nearest(new PropertyName(now, isVariable))
                        .filter(name -> known.contains(new PropertyName(now, isVariable)));
            }
        }
        return Optional.empty();
    }

    private static List<String> parts(ConfigurationPropertyName name) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < name.getNumberOfElements(); i++) {
            parts.add(
                    name.isNumericIndex(i)
                            ? "[]"
                            : name.getElement(i, Form.UNIFORM).toLowerCase(Locale.ROOT));
        }
        return parts;
    }

    private static boolean isEnvironment(ConfigurationPropertySource source) {
        return source.getUnderlyingSource() instanceof PropertySource<?> underlying
                && underlying.getName().endsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
    }
}
