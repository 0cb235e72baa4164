package io.github.dingtalkinbox.internal.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Payloads that are hard on a parser or a database. All are authentic events, and none may be refused. */
public final class Awkward {
    private static final EventReader READER = new EventReader(Map.of());
    private static final int MIB = 1 << 20;

    /** What jsonb cannot hold: it must be kept as bytes. */
    public static final List<Case> UNFAITHFUL = List.of(
            text("NUL in a value", "\"\\u0000\""),
            text("NUL in a name", "{\"a\\u0000b\":1}"),
            text("a lone high surrogate", "\"\\ud800\""),
            text("a lone low surrogate", "\"\\udc00x\""),
            text("surrogates the wrong way round", "\"\\udc00\\ud800\""),
            text("a lone surrogate in a name", "{\"\\udfff\":1}"),
            bytes("a byte that is no UTF-8", "\"\u00ff\""),
            bytes("a broken sequence", "\"\u00e5\u00bc\""),
            bytes("an encoded surrogate", "\"\u00ed\u00a0\u0080\""),
            bytes("a broken byte in a name", "{\"\u0080\":1}"),
            bytes("a broken byte behind an escaped high surrogate", "\"\\ud83d\u0080\""),
            bytes("a broken byte behind an escaped quote", "\"\\\"\\\\\u0080\""),
            text("a name twice", "{\"a\":1,\"a\":2}"),
            text("a name twice, once escaped", "{\"a\":3,\"\\u0061\":4}"),
            text("a number too large", "1e400000000"),
            text("a number with an exponent beyond an int", "1e99999999999"),
            text("a number too small", "1e-20000"),
            text("a number with many digits", "1" + "0".repeat(5000) + ".5"),
            text("many large exponents", "[" + "1e900,".repeat(2000) + "0]"),
            text("nesting", "[".repeat(1000) + "]".repeat(1000)),
            text("nested objects", "{\"a\":".repeat(1000) + "1" + "}".repeat(1000)));

    public static final List<Case> FAITHFUL = List.of(
            text("Chinese, an emoji and an escaped pair", "\"张三🚀\\ud83d\\ude80\""),
            text("noncharacters and controls", "\"\\uffff\uffff\\u0001\\u001f\\u007f\\u2028\""),
            text("escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
            text("whole numbers", "[0,-0,1,-1,9007199254740993,12345678901234567890123456789]"),
            text("fractions and exponents", "[1.0,1.50,-0.0,1e3,1E+3,1e-300,2.5e300,0e5]"),
            text("the other values", "[true,false,null,{},[],\"\",{\"\":{}}]"),
            text("white space", " [ 1 ,\t2\r\n] "),
            text("depth that a real event never has", "[".repeat(150) + "]".repeat(150)));

    /** A mebibyte each. */
    public static final List<Case> LARGE = List.of(
            text("arrays in arrays", fill("[", "]")),
            text("objects in objects", fill("{\"a\":", "1", "}")),
            text("objects in objects, names out of order", fill("{\"b\":1,\"a\":", "1", "}")),
            text("a long string", "\"" + "x".repeat(MIB) + "\""),
            text("a long string of escapes", "\"" + "\\ud800".repeat(MIB / 6) + "\""),
            bytes("a long string of broken bytes", "\"" + "\u0080".repeat(MIB) + "\""),
            bytes("many broken strings", list("\"\u0080\"")),
            text("a long name", "{\"" + "n".repeat(MIB) + "\":1}"),
            text("a long whole number", "9".repeat(MIB)),
            text("a long fraction", "0." + "3".repeat(MIB)),
            text("a long exponent", "1e" + "9".repeat(MIB)),
            text("many large exponents", list("1e999")),
            text("many numbers of many digits", list("9".repeat(1000))),
            text("many round numbers", list("1" + "0".repeat(999))),
            text("many numbers", list("1")),
            text("many objects", list("{}")),
            text("many names", members("\"%d\":1")),
            text("many equal names", "{" + "\"a\":1,".repeat(MIB / 7) + "\"a\":1}"),
            text("many names of one hash code", "{" + collidingMembers() + "\"z\":1}"),
            text("wide arrays 60 deep", "[".repeat(60) + list("1") + "]".repeat(60)));

    /** A whole callback, and what is awkward about it. */
    public static final class Case {
        private final String name;
        private final byte[] json;

        private Case(String name, byte[] json) {
            this.name = name;
            this.json = json;
        }

        public byte[] json() {
            return json;
        }

        public Event event() {
            return read(json);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Awkward() {}

    public static Event read(byte[] json) {
        return READER.read("app", json, new Delivery(Transport.HTTP, Instant.EPOCH, null))
                .get(0);
    }

    public static Event value(String json) {
        return text("", json).event();
    }

    private static Case text(String name, String value) {
        return new Case(name, callback(value.getBytes(UTF_8)));
    }

    /** A text each of whose characters is a byte. */
    private static Case bytes(String name, String value) {
        return new Case(name, callback(value.getBytes(ISO_8859_1)));
    }

    public static byte[] callback(byte[] value) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes("{\"EventType\":\"awkward\",\"value\":".getBytes(UTF_8));
        json.writeBytes(value);
        json.write('}');
        return json.toByteArray();
    }

    private static String fill(String open, String close) {
        return fill(open, "", close);
    }

    private static String fill(String open, String middle, String close) {
        int times = MIB / (open.length() + close.length());
        return open.repeat(times) + middle + close.repeat(times);
    }

    private static String list(String element) {
        return "[" + (element + ",").repeat(MIB / (element.length() + 1)) + element + "]";
    }

    private static String members(String member) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; json.length() < MIB; i++) {
            json.append(member.formatted(i)).append(',');
        }
        return json + "\"z\":1}";
    }

    /** "Aa" and "BB" have one hash code, and so has every sequence of them. */
    private static String collidingMembers() {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < 1 << 14; i++) {
            json.append('"');
            for (int bit = 0; bit < 14; bit++) {
                json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            json.append("\":1,");
        }
        return json.toString();
    }
}
