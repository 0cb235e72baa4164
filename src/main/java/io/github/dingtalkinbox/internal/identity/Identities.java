package io.github.dingtalkinbox.internal.identity;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.json.Texts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Turns what was delivered into an event, with its identity and its ordering key.
 *
 * <p>The identity is {@code <app>:<eventId>} if the event has an eventId, otherwise its natural key, otherwise the hash
 * of its content within a window. Never part of it: ciphertext, signature, nonce, the timestamp of the URL, raw bytes,
 * the order of keys.
 *
 * <p>The ordering key is {@code <corpId>:<path>=<value>[:<path>=<value>…]}: what the event is about. It names its
 * fields, so that types with the same fields share it, and others do not. It has no app, because the same approval may
 * come through two apps.
 *
 * <p>The spelling of common fields varies between events, and one event may have two spellings: each is read from an
 * explicit list of names, in their order and with their case.
 */
final class Identities {
    private static final List<String> CORP_ID = List.of("CorpId", "corpId", "corpid", "AuthCorpId", "corp_id");
    private static final List<String> TIME =
            List.of("EventTime", "TimeStamp", "timeStamp", "timestamp", "finishTime", "createTime", "gmt_modified");
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    /** Seconds, or milliseconds. */
    private static final Pattern TIME_DIGITS = Pattern.compile("\\d{10,13}");

    private static final int LONGEST_COLUMN = 256;

    /** In Stream mode, the eventId in the data of this event counts, not that in the frame. */
    private static final String OWN_EVENT_ID = "inner_app_status_change";

    private final Map<String, EventTypeRules> rules;

    /** @param rules what differs from the built-in rules, by event type */
    Identities(Map<String, EventTypeRules> rules) {
        this.rules = Map.copyOf(rules);
    }

    /** For a payload that is the whole event, as HTTP delivers it. */
    Event identify(String app, String type, Payload payload, Delivery delivery) {
        return identify(app, new Metadata(type, eventId(payload.asSent()), null, null), payload, delivery, false);
    }

    /** For an element of a {@code SYNC_HTTP_PUSH_*}: each version of an object is an event. */
    Event identifyElement(String app, String type, JsonNode push, Payload element, Delivery delivery) {
        String own = corpId(element.asSent());
        Metadata metadata = new Metadata(type, null, own.isEmpty() ? corpId(push) : own, null);
        return identify(app, metadata, element, delivery, true);
    }

    /** @param isElement whether it is an element of a {@code SYNC_HTTP_PUSH_*} */
    Event identify(String app, Metadata metadata, Payload payload, Delivery delivery, boolean isElement) {
        JsonNode json = payload.asSent();
        String type = metadata.eventType();
        String corpId = metadata.corpId() == null ? corpId(json) : metadata.corpId();
        Instant occurredAt = metadata.occurredAt() == null ? occurredAt(json) : metadata.occurredAt();
        return new Event(
                app,
                Texts.shorten(Texts.sanitise(corpId), LONGEST_COLUMN),
                Texts.shorten(Texts.sanitise(type), LONGEST_COLUMN),
                identity(app, corpId, metadata, payload, isElement),
                orderingKey(corpId, type, json),
                occurredAt,
                delivery,
                payload);
    }

    private Identity identity(String app, String corpId, Metadata metadata, Payload payload, boolean isElement) {
        JsonNode json = payload.asSent();
        String type = metadata.eventType();
        String scope = Texts.escape(app) + ":" + Texts.escape(corpId) + ":" + Texts.escape(type);
        String naturalKey = key(scope, recipes(type), json);
        String own = type.equals(OWN_EVENT_ID) ? eventId(json) : null;
        String eventId = own == null ? metadata.eventId() : own;
        if (eventId != null) {
            return new Identity(limited(Texts.escape(app) + ":" + Texts.escape(eventId)), naturalKey, null);
        }
        if (naturalKey != null) {
            return new Identity(naturalKey, naturalKey, null);
        }
        String version = isElement ? key(scope, List.of(NaturalKeys.SYNC_ELEMENT), json) : null;
        if (version != null) {
            return new Identity(version, null, null);
        }
        String contentId = scope + ":sha256:" + contentHash(metadata, payload);
        return new Identity(
                Texts.shorten(contentId, Identity.MAX_CONTENT_LENGTH),
                null,
                rules(type).windowOrDefault());
    }

    private List<List<String>> recipes(String type) {
        List<String> configured = rules(type).naturalKey();
        if (configured == null) {
            return NaturalKeys.BUILT_IN.getOrDefault(type, List.of());
        }
        return configured.isEmpty() ? List.of() : List.of(configured);
    }

    /** From the first recipe whose fields are all present; null if there is none. */
    private static @Nullable String key(String scope, List<List<String>> recipes, JsonNode json) {
        for (List<String> recipe : recipes) {
            StringBuilder key = new StringBuilder(scope);
            boolean isWhole = true;
            for (int i = 0; i < recipe.size() && isWhole; i++) {
                String part = part(json, recipe.get(i));
                isWhole = part != null;
                key.append(':').append(part == null ? "" : Texts.escape(part));
            }
            if (isWhole) {
                return limited(key.toString());
            }
        }
        return null;
    }

    private static @Nullable String part(JsonNode json, String field) {
        if (field.startsWith("?")) {
            String value = text(json, field.substring(1));
            return value == null ? "" : value;
        }
        if (field.startsWith("#")) {
            for (String path : field.substring(1).split("\\|", -1)) {
                String value = text(json, path);
                if (value != null) {
                    return Texts.hex(Sha256.of(Texts.escape(value)));
                }
            }
            return null;
        }
        int condition = Math.max(field.indexOf('='), field.indexOf('!'));
        if (condition < 0) {
            return text(json, field);
        }
        String value = text(json, field.substring(0, condition));
        boolean equal = field.substring(condition + 1).equals(value);
        return equal == (field.charAt(condition) == '=') ? value : null;
    }

    /** The time is part of the content, even if the entrance has it beside the payload. */
    private static String contentHash(Metadata metadata, Payload payload) {
        String hash = Texts.hex(payload.sha256());
        return metadata.occurredAt() == null
                ? hash
                : Texts.hex(Sha256.of(hash + "@" + metadata.occurredAt().toEpochMilli()));
    }

    /** Null if the event lacks one of the fields, or its type needs no order. */
    private @Nullable String orderingKey(String corpId, String type, JsonNode json) {
        List<String> configured = rules(type).orderingKey();
        List<String> paths = configured == null ? NaturalKeys.orderedBy(type) : configured;
        if (paths.isEmpty()) {
            return null;
        }
        StringBuilder key = new StringBuilder(Texts.escape(corpId));
        for (String path : paths) {
            String value = text(json, path);
            if (value == null) {
                return null;
            }
            key.append(':').append(Texts.escape(path)).append('=').append(Texts.escape(value));
        }
        return limited(key.toString());
    }

    private EventTypeRules rules(String type) {
        return rules.getOrDefault(type, EventTypeRules.BUILT_IN);
    }

    private static String limited(String id) {
        return Texts.shorten(id, Identity.MAX_LENGTH);
    }

    /** The organisation; empty if there is none. */
    static String corpId(JsonNode json) {
        for (String name : CORP_ID) {
            String value = text(json, name);
            if (value != null) {
                return value;
            }
        }
        return "";
    }

    /** The event's own id, if it is a text or a number. */
    private static @Nullable String eventId(JsonNode json) {
        return json.path("eventId").isBoolean() ? null : text(json, "eventId");
    }

    /** Milliseconds, as a number in most documents and as text in most captures; seconds if it has 10 digits. */
    private static @Nullable Instant occurredAt(JsonNode json) {
        for (String name : TIME) {
            String digits = text(json, name);
            if (digits != null && TIME_DIGITS.matcher(digits).matches()) {
                long number = Long.parseLong(digits);
                Instant time = digits.length() == 10 ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
                if (isPlausible(time)) {
                    return time;
                }
            }
        }
        return null;
    }

    /** Other times are no times of events, and PostgreSQL cannot store all of them. */
    static boolean isPlausible(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }

    /** The value at a path of field names joined by dots, if it is a text, number or boolean, and not empty. */
    private static @Nullable String text(JsonNode json, String path) {
        JsonNode node = json;
        int from = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
            node = node.path(path.substring(from, dot));
            from = dot + 1;
        }
        node = node.path(path.substring(from)); // usually the whole path, which is then not copied
        if (!node.isValueNode() || node.isNull()) {
            return null;
        }
        String text = node.isNumber() && !node.isIntegralNumber()
                ? node.decimalValue().stripTrailingZeros().toPlainString()
                : node.asString();
        return text.isEmpty() ? null : text;
    }
}
