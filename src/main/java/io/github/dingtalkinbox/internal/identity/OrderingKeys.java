package io.github.dingtalkinbox.internal.identity;

import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.internal.json.Texts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Gives an event its ordering key, {@code <corpId>:<path>=<value>[:<path>=<value>…]}: what it is about.
 *
 * <p>The key names its fields, so that two types that name the same ones share it, and no others do. There is no app in
 * it: the same approval may come over two apps.
 */
final class OrderingKeys {
    private static final List<String> NONE = List.of();

    private static final List<String> APPROVAL = List.of("processInstanceId");
    private static final Map<String, List<String>> BUILT_IN =
            Map.of("bpms_instance_change", APPROVAL, "bpms_task_change", APPROVAL);

    /** The unique key of DingTalk's own table of these: its elements are versions of one object. */
    private static final List<String> SYNC_OBJECT = List.of("subscribe_id", "biz_type", "biz_id");

    private final Map<String, EventTypeRules> rules;

    OrderingKeys(Map<String, EventTypeRules> rules) {
        this.rules = Map.copyOf(rules);
    }

    /** The key, or null if the event lacks a field of it, or its type needs no order. */
    @Nullable
    String of(String corpId, String eventType, JsonNode json) {
        List<String> paths = paths(eventType);
        if (paths.isEmpty()) {
            return null;
        }
        StringBuilder key = new StringBuilder(Texts.escape(corpId));
        for (String path : paths) {
            String value = EventFields.text(json, path);
            if (value == null) {
                return null;
            }
            key.append(':').append(Texts.escape(path)).append('=').append(Texts.escape(value));
        }
        return Texts.shorten(key.toString(), Identity.MAX_LENGTH);
    }

    private List<String> paths(String eventType) {
        List<String> configured =
                rules.getOrDefault(eventType, EventTypeRules.BUILT_IN).orderingKey();
        if (configured != null) {
            return configured;
        }
        return eventType.startsWith(EventReader.SYNC_HTTP_PUSH) ? SYNC_OBJECT : BUILT_IN.getOrDefault(eventType, NONE);
    }
}
