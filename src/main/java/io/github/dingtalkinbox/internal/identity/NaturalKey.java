package io.github.dingtalkinbox.internal.identity;

import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.json.Texts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A recipe for a natural key: the fields that, together, name an event for ever.
 *
 * <p>Each field is a path ({@code openConfModel.conferenceId}); {@code ?path} may be missing; {@code path=value} and
 * {@code path!value} must and must not have that value; {@code #path|path} counts as the hash of the first one that is
 * there.
 */
record NaturalKey(List<String> fields) {
    static NaturalKey of(String... fields) {
        return new NaturalKey(List.of(fields));
    }

    /** The parts of the key, or null if the event lacks one of them. */
    @Nullable
    List<String> parts(JsonNode json) {
        List<String> parts = new ArrayList<>(fields.size());
        for (String field : fields) {
            String part = part(json, field);
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        return parts;
    }

    private static @Nullable String part(JsonNode json, String field) {
        if (field.startsWith("?")) {
            String value = EventFields.text(json, field.substring(1));
            return value == null ? "" : value;
        }
        if (field.startsWith("#")) {
            for (String path : field.substring(1).split("\\|", -1)) {
                String value = EventFields.text(json, path);
                if (value != null) {
                    return Texts.hex(Sha256.of(Texts.escape(value)));
                }
            }
            return null;
        }
        int condition = Math.max(field.indexOf('='), field.indexOf('!'));
        if (condition < 0) {
            return EventFields.text(json, field);
        }
        String value = EventFields.text(json, field.substring(0, condition));
        boolean equal = field.substring(condition + 1).equals(value);
        return equal == (field.charAt(condition) == '=') ? value : null;
    }
}
