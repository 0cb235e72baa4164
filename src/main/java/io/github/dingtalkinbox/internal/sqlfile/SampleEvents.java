package io.github.dingtalkinbox.internal.sqlfile;

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

    static List<RelationRow> two(String eventType) {
        return List.of(row(eventType, "sample-1", "start"), row(eventType, "sample-2", "finish"));
    }

    private static RelationRow row(String eventType, String eventId, String type) {
        String payload =
                switch (eventType) {
                    case "bpms_instance_change" -> INSTANCE;
                    case "bpms_task_change" -> TASK;
                    default -> OTHER;
                };
        return new RelationRow(
                "default",
                CORP_ID,
                "default:" + eventId,
                eventType,
                TIME,
                TIME,
                payload.formatted(eventType, eventId, type));
    }
}
