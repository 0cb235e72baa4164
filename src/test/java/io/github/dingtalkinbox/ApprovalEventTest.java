package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.identity.EventReader;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApprovalEventTest {
    private static final Delivery DELIVERY = new Delivery(Transport.HTTP, Instant.parse("2026-11-24T00:00:00Z"), null);

    private final Events events = new EventReader(Map.of());

    @Test
    void everyFieldHasOneNameAndOneType() {
        assertThat(approval("""
                        {"EventType": "bpms_task_change", "processInstanceId": "p-1", "taskId": 4711, "type": "finish",
                         "result": "agree", "processCode": "PROC-1", "businessId": 202611240001, "title": "差旅报销",
                         "staffId": "0102", "remark": "ok", "createTime": "1790000000000", "finishTime": 1790000060000,
                         "EventTime": 1790000061000}"""))
                .isEqualTo(new ApprovalEvent(
                        "p-1",
                        "4711",
                        "finish",
                        "agree",
                        "PROC-1",
                        "202611240001",
                        "差旅报销",
                        "0102",
                        "ok",
                        Instant.ofEpochMilli(1790000000000L),
                        Instant.ofEpochMilli(1790000060000L),
                        Instant.ofEpochMilli(1790000061000L)));
    }

    @Test
    void whatIsMissingBlankOrSomethingElseIsNull() {
        assertThat(approval("""
                        {"EventType": "x", "processInstanceId": " ", "type": {"a": 1}, "result": null, "title": true,
                         "createTime": "yesterday", "finishTime": 0}"""))
                .isEqualTo(new ApprovalEvent(null, null, null, null, null, null, null, null, null, null, null, null));
    }

    private ApprovalEvent approval(String json) {
        return ApprovalEvent.of(
                events.read("default", json.getBytes(UTF_8), DELIVERY).get(0));
    }
}
