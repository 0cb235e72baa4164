package io.github.dingtalkinbox.internal.json;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads JSON once, without recursion and without limits on its content, into three things: a tree, the canonical form,
 * and whether PostgreSQL's {@code jsonb} can store it faithfully.
 *
 * <p>The canonical form has its keys sorted by UTF-16 code units (as RFC 8785), numbers by their value, and no white
 * space. Repeated keys stay repeated, in their order. Below {@value #HASHED_BELOW} levels, a subtree is replaced by its
 * hash, so that the work does not grow with the depth.
 *
 * <p>For one text and one thread.
 */
public final class JsonReading {
    /** Deeper than any real event, and far below the limit of PostgreSQL's stack (some thousands). */
    private static final int DEEPEST_KEPT = 200;

    private static final int HASHED_BELOW = 64;

    /** Digits before and after the point. More than any double has, and than PostgreSQL writes out. */
    private static final int MOST_DIGITS = 400;

    private static final int LONGEST_NUMBER = 2 * MOST_DIGITS + 2;

    /** Without this mark, a byte that is not UTF-8 could pass for an escaped surrogate, or for half a character. */
    private static final String NOT_UTF8 = "(not UTF-8)";

    private static final String TOO_DEEP = "(nested too deeply, see payload_raw)";

    private static final JsonFactory FACTORY = JsonFactory.builder()
            // The body is limited to 1 MiB, and an authentic event is never refused because of its content.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            // A table of names with a limit on collisions would refuse some of them.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Deque<Container> open = new ArrayDeque<>();
    private @Nullable JsonNode root;
    private String canonical = "";
    private boolean faithful = true;

    private JsonReading() {}

    /**
     * Reads a text that is exactly one JSON value.
     *
     * @throws NotJson if it is not
     */
    public static ReadJson read(String text) {
        try (JsonParser parser = parser(text)) {
            JsonReading reading = new JsonReading();
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (reading.root != null && reading.open.isEmpty()) {
                    throw new NotJson("something follows the end of the JSON");
                }
                reading.take(token, parser);
            }
            JsonNode root = reading.root;
            if (root == null) {
                throw new NotJson("it is empty");
            }
            boolean isUtf8 = Texts.isStorable(text);
            return new ReadJson(
                    root, isUtf8 ? reading.canonical : NOT_UTF8 + reading.canonical, isUtf8 && reading.faithful);
        } catch (JacksonException e) {
            // Not the parser's own message, which quotes the text: that must not be logged.
            throw new NotJson("it is not JSON (line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ")");
        }
    }

    static JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    private void take(JsonToken token, JsonParser parser) {
        switch (token) {
            case START_OBJECT -> start(true);
            case START_ARRAY -> start(false);
            case END_OBJECT, END_ARRAY -> end();
            case PROPERTY_NAME -> open.element().name(parser.currentName());
            case VALUE_STRING -> string(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_TRUE -> add(NODES.booleanNode(true), "true", false);
            case VALUE_FALSE -> add(NODES.booleanNode(false), "false", false);
            default -> add(NODES.nullNode(), "null", false);
        }
    }

    private void start(boolean isObject) {
        JsonNode node = open.size() >= DEEPEST_KEPT ? null : isObject ? NODES.objectNode() : NODES.arrayNode();
        if (root == null) {
            root = node;
        } else if (node == null) {
            faithful = false;
        }
        open.push(new Container(isObject, node));
    }

    private void end() {
        Container ended = open.pop();
        faithful &= !ended.hasNameTwice;
        String text = ended.canonical();
        if (open.size() >= HASHED_BELOW) {
            text = "#" + Texts.hex(Sha256.of(text));
        }
        if (open.isEmpty()) {
            canonical = text;
        } else {
            open.element().add(ended.node == null ? NODES.stringNode(TOO_DEEP) : ended.node, text, false);
        }
    }

    private void string(String value) {
        faithful &= Texts.isStorable(value);
        add(NODES.stringNode(value), value, true);
    }

    private void number(String literal) {
        BigDecimal value = value(literal);
        if (value == null) {
            faithful = false;
            add(NODES.stringNode(literal), literal, false);
        } else {
            BigDecimal shortest = value.stripTrailingZeros();
            boolean isWhole = shortest.scale() <= 0 && shortest.precision() - shortest.scale() <= 18;
            // jsonb writes exponents out: this way a number is the same before and after it is stored.
            BigDecimal writtenOut = value.scale() < 0 ? value.setScale(0) : value;
            add(
                    isWhole ? NODES.numberNode(shortest.longValue()) : NODES.numberNode(writtenOut),
                    shortest.toString(),
                    false);
        }
    }

    /** The value, if jsonb can store it; null for others, which would take quadratic time to compute. */
    private static @Nullable BigDecimal value(String literal) {
        if (literal.length() > LONGEST_NUMBER) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(literal);
            long digitsBeforeThePoint = (long) value.precision() - value.scale();
            return digitsBeforeThePoint > MOST_DIGITS || value.scale() > MOST_DIGITS ? null : value;
        } catch (NumberFormatException e) {
            return null; // an absurd exponent
        }
    }

    /** @param isQuoted whether the text needs quotes */
    private void add(JsonNode node, String text, boolean isQuoted) {
        if (open.isEmpty()) {
            root = node;
            canonical = isQuoted ? quote(text, new StringBuilder()).toString() : text;
        } else {
            open.element().add(node, text, isQuoted);
        }
    }

    private static StringBuilder quote(String value, StringBuilder out) {
        out.append('"');
        int from = 0; // start of what is copied unchanged
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append(value, from, i).append('\\').append(c);
                from = i + 1;
            } else if (c < 0x20 || Texts.isLoneSurrogate(value, i)) {
                out.append(value, from, i).append("\\u").append(HexFormat.of().toHexDigits(c));
                from = i + 1;
            }
        }
        return out.append(value, from, value.length()).append('"');
    }

    /**
     * The result.
     *
     * @param faithful whether jsonb can store it unchanged
     */
    public record ReadJson(JsonNode root, String canonical, boolean faithful) {}

    /** An object or array that has not ended yet. */
    private final class Container {
        private final boolean isObject;
        private final @Nullable JsonNode node;
        private final List<Member> members = new ArrayList<>();
        private final Set<String> names;
        private String name = "";
        private boolean hasNameTwice;

        private Container(boolean isObject, @Nullable JsonNode node) {
            this.isObject = isObject;
            this.node = node;
            this.names = isObject ? new HashSet<>() : Set.of();
        }

        private void name(String name) {
            this.name = name;
            faithful &= Texts.isStorable(name);
            hasNameTwice |= !names.add(name);
        }

        private void add(JsonNode value, String text, boolean isQuoted) {
            members.add(new Member(name, text, isQuoted));
            if (node instanceof ObjectNode object) {
                object.set(name, value);
            } else if (node instanceof ArrayNode array) {
                array.add(value);
            }
        }

        private String canonical() {
            if (isObject) {
                members.sort(Comparator.comparing(Member::name)); // stable
            }
            StringBuilder out = new StringBuilder().append(isObject ? '{' : '[');
            for (Member member : members) {
                if (out.length() > 1) {
                    out.append(',');
                }
                if (isObject) {
                    quote(member.name(), out);
                    out.append(':');
                }
                if (member.isQuoted()) {
                    quote(member.text(), out);
                } else {
                    out.append(member.text());
                }
            }
            return out.append(isObject ? '}' : ']').toString();
        }
    }

    private record Member(String name, String text, boolean isQuoted) {}

    /** The text is not exactly one JSON value. The message does not quote the text, so that it can be logged. */
    public static final class NotJson extends RuntimeException {
        private NotJson(String message) {
            super(message);
        }
    }
}
