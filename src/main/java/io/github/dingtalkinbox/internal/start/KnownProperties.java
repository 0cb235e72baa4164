package io.github.dingtalkinbox.internal.start;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All properties, from the metadata that is generated for IDEs. For a map or a list it has only a type, whose
 * components are the properties.
 */
public final class KnownProperties {
    /** Stands for a name that the user chooses. */
    static final String NAME = "<name>";

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final Pattern MAP = Pattern.compile("java\\.util\\.Map<java\\.lang\\.String, ?(.*)>");
    private static final Pattern LIST = Pattern.compile("java\\.util\\.(?:List|Set)<(.*)>");

    private final List<String> names = new ArrayList<>();
    private final Map<Class<?>, String> prefixes = new LinkedHashMap<>();

    private KnownProperties() {}

    /** Those of the jar, or the folder, of this class. */
    public static KnownProperties load() {
        KnownProperties known = new KnownProperties();
        try (InputStream file = beside(KnownProperties.class).openStream()) {
            JsonNode metadata = new JsonMapper().readTree(file);
            for (JsonNode group : metadata.path("groups")) {
                Class<?> type = record(group.path("type").asString(""));
                if (type != null && type.isAnnotationPresent(ConfigurationProperties.class)) {
                    known.prefixes.put(type, group.path("name").asString(""));
                }
            }
            for (JsonNode property : metadata.path("properties")) {
                known.add(
                        property.path("name").asString(""),
                        property.path("type").asString(""));
            }
        } catch (IOException e) {
            // Our classes were repackaged without it: then no name can be checked.
            return known;
        }
        return known;
    }

    /** The prefixes of the records that properties are bound to. */
    public Map<Class<?>, String> prefixes() {
        return Collections.unmodifiableMap(prefixes);
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    boolean contains(PropertyName name) {
        return names.stream().anyMatch(name::matches);
    }

    /** The property that was probably meant. */
    Optional<String> nearest(PropertyName name) {
        String nearest = null;
        int least = name.tolerance() + 1;
        for (String known : names) {
            int distance = name.distance(known);
            if (distance < least) {
                least = distance;
                nearest = known;
            }
        }
        return Optional.ofNullable(nearest);
    }

    private void add(String name, String type) {
        Matcher map = MAP.matcher(type);
        Matcher list = LIST.matcher(type);
        Class<?> record = record(type);
        if (map.matches()) {
            add(name + "." + NAME, map.group(1));
        } else if (list.matches() && record(list.group(1)) != null) {
            add(name + "[]", list.group(1));
        } else if (record != null) {
            for (RecordComponent component : record.getRecordComponents()) {
                String last = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
                add(name + "." + last, component.getGenericType().getTypeName());
            }
        } else {
            names.add(name);
        }
    }

    private static @Nullable Class<?> record(String type) {
        try {
            Class<?> found = Class.forName(type, false, KnownProperties.class.getClassLoader());
            return found.isRecord() ? found : null;
        } catch (ClassNotFoundException e) {
            return null; // a primitive or generic type
        }
    }

    private static URL beside(Class<?> type) throws MalformedURLException {
        String file = type.getName().replace('.', '/') + ".class";
        String own = Objects.requireNonNull(type.getResource(type.getSimpleName() + ".class"))
                .toString();
        return URI.create(own.substring(0, own.length() - file.length()) + METADATA)
                .toURL();
    }
}
