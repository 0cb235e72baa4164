package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.Transport;
import java.time.Instant;
import java.util.List;

/** Made-up events, two about the same thing, to try a statement with. */
final class SampleEvents {
    private static final Instant TIME = Instant.ofEpochMilli(1790000000123L);
    private static final String CORP_ID = "ding0a1b2c3d4e5f60718";

    private static final String ALL = """
            {"EventType": "%s", "EventTime": 1790000000123, "CorpId": "ding0a1b2c3d4e5f60718",
             "BizId": "1790000000123", "eventId": "%s", "staffId": "sample", "type": "%s",
            """;
    private static final String APPROVAL = """
             "processInstanceId": "sample-instance", "result": "agree", "title": "Sample",
             "createTime": 1789990000000, "finishTime": 1790000000000, "processCode": "PROC-SAMPLE", "bizCategoryId": "",
             "businessId": "202609211000000000001",
            """;
    private static final String INSTANCE = ALL + APPROVAL + """
             "businessType": "", "url": "https://example.com"}
            """;
    private static final String TASK = ALL + APPROVAL + """
             "taskId": 90935001, "remark": "Sample"}
            """;
    private static final String OTHER = ALL + """
             "TimeStamp": "1790000000123", "timeStamp": 1790000000123, "UserId": ["sample"], "userId": ["sample"],
             "DeptId": ["1"], "deptId": [1], "taskId": "1", "id": 1, "action": "sample"}
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
