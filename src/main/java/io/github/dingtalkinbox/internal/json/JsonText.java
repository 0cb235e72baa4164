package io.github.dingtalkinbox.internal.json;

import io.github.dingtalkinbox.internal.json.JsonReading.NotJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** A text that is one JSON value. Parts can be taken out of it unchanged, byte by byte. */
public final class JsonText {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String text;
    private final JsonNode json;

    private JsonText(String text, JsonNode json) {
        this.text = text;
        this.json = json;
    }

    /**
     * Reads bytes that should be JSON.
     *
     * @throws NotJson if they are not exactly one JSON value
     */
    public static JsonText read(byte[] bytes) {
        return read(withoutMark(Utf8.decode(bytes)));
    }

    /** The text without the byte order mark that some senders put before it. */
    public static String withoutMark(String text) {
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    private static JsonText read(String text) {
        return new JsonText(text, JsonReading.read(text).root());
    }

    /** The value as a tree, as it was sent: it may contain what a database cannot store. */
    public JsonNode json() {
        return json;
    }

    /** All members of this name, in their order; none if this is not an object. */
    public List<JsonText> members(String name) {
        return memberTexts(text, name).stream().map(JsonText::read).toList();
    }

    /** The elements, in their order; none if this is not an array. */
    public List<JsonText> elements() {
        return elementTexts(text).stream().map(JsonText::read).toList();
    }

    /** The bytes of this value, as they were read. */
    public byte[] bytes() {
        return Utf8.encode(text);
    }

    /** The texts of all members of this name, in their order; none if this is not an object. */
    public static List<String> memberTexts(String json, String name) {
        List<String> members = new ArrayList<>();
        try (JsonParser parser = JsonReading.parser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isIt = parser.currentName().equals(name);
                parser.nextToken();
                String value = valueText(parser, json);
                if (isIt) {
                    members.add(value);
                }
            }
        }
        return members;
    }

    /** The text of an object without its members of these names; the others are as they were. */
    public static String withoutMembers(String object, Set<String> names) {
        StringJoiner kept = new StringJoiner(",", "{", "}");
        try (JsonParser parser = JsonReading.parser(object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isKept = !names.contains(parser.currentName());
                int from = (int) parser.currentTokenLocation().getCharOffset();
                parser.nextToken();
                parser.skipChildren();
                parser.finishToken();
                if (isKept) {
                    kept.add(object.substring(
                            from, (int) parser.currentLocation().getCharOffset()));
                }
            }
        }
        return kept.toString();
    }

    /** The texts of the elements, in their order; none if this is not an array. */
    public static List<String> elementTexts(String json) {
        List<String> elements = new ArrayList<>();
        try (JsonParser parser = JsonReading.parser(json)) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(valueText(parser, json));
                }
            }
        }
        return elements;
    }

    /** The text of the value at which the parser stands; leaves the parser at its end. */
    private static String valueText(JsonParser parser, String text) {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        return text.substring(from, (int) parser.currentLocation().getCharOffset());
    }
}
