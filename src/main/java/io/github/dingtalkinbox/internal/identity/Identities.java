package io.github.dingtalkinbox.internal.identity;

import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.json.Texts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Gives an event its identity: {@code <app>:<eventId>} if it carries one, else its natural key, else the hash of its
 * content within a window. Never part of it: ciphertext, signature, nonce, the timestamp of the URL, raw bytes, the order
 * of keys.
 */
final class Identities {
    /** In its Stream form, the eventId in the data of this event counts and not the one in the frame. */
    private static final String OWN_EVENT_ID = "inner_app_status_change";

    /** The unique key of DingTalk's own table for these (page "configure-synchttp-push"), and which version it is. */
    private static final NaturalKey SYNC_ELEMENT =
            NaturalKey.of("subscribe_id", "biz_type", "biz_id", "gmt_modified", "#biz_data");

    private final Map<String, EventTypeRules> rules;

    Identities(Map<String, EventTypeRules> rules) {
        this.rules = Map.copyOf(rules);
    }

    Identity of(String app, String corpId, Metadata metadata, Payload payload) {
        String scope = scope(app, corpId, metadata);
        String naturalKey = naturalKey(scope, metadata, payload.asSent());
        String eventId = eventId(metadata, payload.asSent());
        if (eventId != null) {
            return new Identity(limited(Texts.escape(app) + ":" + Texts.escape(eventId)), naturalKey, null);
        }
        return naturalKey == null ? ofContent(scope, metadata, payload) : new Identity(naturalKey, naturalKey, null);
    }

    /** Of an element of a {@code SYNC_HTTP_PUSH_*}, where the last one of a key wins: each version is an event. */
    Identity ofSyncElement(String app, String corpId, Metadata metadata, Payload element) {
        String scope = scope(app, corpId, metadata);
        String configured = naturalKey(scope, metadata, element.asSent());
        if (configured != null) {
            return new Identity(configured, configured, null);
        }
        List<String> parts = SYNC_ELEMENT.parts(element.asSent());
        return parts == null
                ? ofContent(scope, metadata, element)
                : new Identity(limited(join(scope, parts)), null, null);
    }

    private Identity ofContent(String scope, Metadata metadata, Payload payload) {
        String contentId = scope + ":sha256:" + contentHash(metadata, payload);
        return new Identity(
                Texts.shorten(contentId, Identity.MAX_CONTENT_LENGTH),
                null,
                rules(metadata).windowOrDefault());
    }

    /** The time is part of the content, even where the entrance has it beside the payload. */
    private static String contentHash(Metadata metadata, Payload payload) {
        String hash = Texts.hex(payload.sha256());
        return metadata.occurredAt() == null
                ? hash
                : Texts.hex(Sha256.of(hash + "@" + metadata.occurredAt().toEpochMilli()));
    }

    private @Nullable String naturalKey(String scope, Metadata metadata, JsonNode json) {
        List<String> configured = rules(metadata).naturalKey();
        List<NaturalKey> recipes;
        if (configured == null) {
            recipes = NaturalKeys.BUILT_IN.getOrDefault(metadata.eventType(), List.of());
        } else {
            recipes = configured.isEmpty() ? List.of() : List.of(new NaturalKey(configured));
        }
        for (NaturalKey recipe : recipes) {
            List<String> parts = recipe.parts(json);
            if (parts != null) {
                return limited(join(scope, parts));
            }
        }
        return null;
    }

    private static @Nullable String eventId(Metadata metadata, JsonNode json) {
        String own = metadata.eventType().equals(OWN_EVENT_ID) ? EventFields.eventId(json) : null;
        return own == null ? metadata.eventId() : own;
    }

    private EventTypeRules rules(Metadata metadata) {
        return rules.getOrDefault(metadata.eventType(), EventTypeRules.BUILT_IN);
    }

    private static String scope(String app, String corpId, Metadata metadata) {
        return Texts.escape(app) + ":" + Texts.escape(corpId) + ":" + Texts.escape(metadata.eventType());
    }

    private static String join(String scope, List<String> parts) {
        StringBuilder key = new StringBuilder(scope);
        parts.forEach(part -> key.append(':').append(Texts.escape(part)));
        return key.toString();
    }

    private static String limited(String id) {
        return Texts.shorten(id, Identity.MAX_LENGTH);
    }
}
