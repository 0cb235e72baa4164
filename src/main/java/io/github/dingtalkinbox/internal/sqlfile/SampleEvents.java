package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.Transport;
import java.time.Instant;
import java.util.List;

/** Made-up events, two that concern the same thing, to try a statement with. */
final class SampleEvents {
    private static final Instant TIME = Instant.ofEpochMilli(1790000000123L);
    private static final String CORP_ID = "ding0a1b2c3d4e5f60718";

    private static final String INSTANCE = """
            {"EventType": "%s", "EventTime": 1790000000123, "CorpId": "ding0a1b2c3d4e5f60718",
             "BizId": "1790000000123", "eventId": "%s", "processInstanceId": "sample-instance",
             "createTime": 1789990000000, "finishTime": 1790000000000, "processCode": "PROC-SAMPLE", "bizCategoryId": "",
             "businessId": "202609211000000000001", "title": "Sample", "businessType": "", "url": "https://example.com",
             "staffId": "sample", "type": "%s", "result": "agree"}
            """;
    private static final String TASK = """
            {"EventType": "%s", "EventTime": 1790000000123, "CorpId": "ding0a1b2c3d4e5f60718",
             "BizId": "1790000000123", "eventId": "%s", "processInstanceId": "sample-instance", "taskId": 90935001,
             "createTime": 1789990000000, "finishTime": 1790000000000, "processCode": "PROC-SAMPLE", "bizCategoryId": "",
             "businessId": "202609211000000000001", "title": "Sample", "staffId": "sample", "type": "%s",
             "result": "agree", "remark": "Sample"}
            """;
    private static final String OTHER = """
            {"EventType": "%s", "EventTime": 1790000000123, "CorpId": "ding0a1b2c3d4e5f60718",
             "BizId": "1790000000123", "eventId": "%s", "TimeStamp": "1790000000123", "timeStamp": 1790000000123,
             "UserId": ["sample"], "userId": ["sample"], "DeptId": ["1"], "deptId": [1], "staffId": "sample",
             "taskId": "1", "id": 1, "type": "%s", "action": "sample"}
            """;

    private SampleEvents() {}

    static List<Event> two(String eventType) {
        return List.of(event(eventType, "sample-1", "start"), event(eventType, "sample-2", "finish"));
    }

    private static Event event(String eventType, String eventId, String type) {
        String payload =
                switch (eventType) {
                    case "bpms_instance_change" -> INSTANCE;
                    case "bpms_task_change" -> TASK;
                    default -> OTHER;
                };
        return new Event(
                "default",
                CORP_ID,
                eventType,
                new Identity("default:" + eventId, null, null),
                null,
                TIME,
                new Delivery(Transport.HTTP, TIME, null),
                Payload.read(payload.formatted(eventType, eventId, type)));
    }
}
