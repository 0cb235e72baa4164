package io.github.dingtalkinbox.service.warmup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.identity.EventReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Made-up events like the most frequent ones. They never equal a real one: their app has a name that cannot be
 * configured, their organisation does not exist, and their ids are random.
 */
final class MadeUpEvents {
    private static final String NOBODY = "(warm-up)";

    /** As many fields and as much text as in DingTalk's events. */
    private static final String EVENT = """
            {
              "EventType": "%s",
              "EventTime": 1790000000123,
              "CorpId": "%s",
              "BizId": "1790000000123",
              "eventId": "%s",
              "processInstanceId": "%3$s",
              "createTime": 1789990000000,
              "processCode": "PROC-11111111-2222-3333-4444-555555555555",
              "bizCategoryId": "",
              "businessId": "202609211000000000001",
              "title": "张三提交的差旅报销",
              "businessType": "",
              "url": "https://aflow.dingtalk.com/dingtalk/mobile/homepage.htm?corpid=ding0a1b2c3d4e5f60718&dd_share=false\
            &showmenu=false&dd_progress=false&back=native&procInstId=kT9xWq2LRz&taskId=&swfrom=isv&dinghash=approval",
              "taskId": 90935001,
              "staffId": "0102030405060708",
              "type": "start"
            }
            """;

    /** Answered like any other event, but not stored. */
    static final String URL_CHECK = EVENT.formatted("check_url", NOBODY, NOBODY);

    private final EventReader reader;
    private final Clock clock;

    MadeUpEvents(EventReader reader, Clock clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /** The start of a new approval and of its first task. */
    List<Event> delivery() {
        List<Event> events = new ArrayList<>();
        for (String type : List.of("bpms_instance_change", "bpms_task_change")) {
            String text = EVENT.formatted(type, NOBODY, UUID.randomUUID());
            events.addAll(
                    reader.read(NOBODY, text.getBytes(UTF_8), new Delivery(Transport.HTTP, clock.instant(), null)));
        }
        return events;
    }
}
