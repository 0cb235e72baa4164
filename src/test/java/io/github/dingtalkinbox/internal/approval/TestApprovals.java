package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Approvals for the tests of other features. */
public final class TestApprovals {
    private static final String[] INSTANCE_TYPES = {"start", "finish", "finish", "terminate", "delete"};
    private static final String[] TASK_TYPES = {"start", "finish", "cancel", "comment"};
    private static final String TABLES = """
            select coalesce((select jsonb_agg(to_jsonb(i) order by corp_id, process_instance_id) from inbox.approval_instances i), '[]')
                || coalesce((select jsonb_agg(to_jsonb(t) order by corp_id, process_instance_id, task_key) from inbox.approval_tasks t), '[]')
            """;

    private TestApprovals() {}

    /** The built-in business update. */
    public static BatchEventHandler handler(JdbcClient jdbc) {
        return new ApprovalHandler(new ApprovalInstances(jdbc), new ApprovalTasks(jdbc));
    }

    /** All that is known of all approvals. */
    public static String tables(JdbcClient jdbc) {
        return jdbc.sql(TABLES).query(String.class).single();
    }

    /**
     * Few approvals, few times, few ids: everything collides, also what DingTalk would never send.
     *
     * @param instances what {@code processInstanceId} is one of, in two organisations
     */
    public static List<Event> events(Random random, int count, String... instances) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean instance = random.nextInt(3) > 0;
            ObjectNode json = JsonMapper.shared().createObjectNode();
            json.put("EventType", instance ? "bpms_instance_change" : "bpms_task_change");
            // Ids whose order as UTF-16 and as UTF-8 differs, with case and signs that a language would sort otherwise.
            json.put("eventId", pick(random, "a", "B", "-", "_", "\uFFFD", "🙏") + random.nextInt(1000) + "#" + i);
            json.put("CorpId", pick(random, "ding1", "ding2"));
            json.put("processInstanceId", pick(random, instances));
            json.put("type", instance ? pick(random, INSTANCE_TYPES) : pick(random, TASK_TYPES));
            maybe(random, json, "EventTime");
            maybe(random, json, "createTime");
            maybe(random, json, "finishTime");
            for (String name : List.of("title", "staffId", "processCode", "businessId", "remark")) {
                if (random.nextBoolean()) {
                    json.put(name, pick(random, "a", "B", "张", "🙏", "\uFFFD", ""));
                }
            }
            if (random.nextBoolean()) {
                json.put("result", pick(random, "agree", "refuse", "redirect", "?"));
            }
            if (!instance && random.nextBoolean()) {
                json.put("taskId", random.nextInt(2));
            }
            events.add(TestEvents.event(json.toString()));
        }
        return events;
    }

    private static void maybe(Random random, ObjectNode json, String time) {
        if (random.nextInt(3) > 0) {
            json.put(time, random.nextInt(6) == 0 ? -1 : 1790000000000L + random.nextInt(3));
        }
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }
}
