package io.github.dingtalkinbox.service.simulator;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * One approval from start to end, as the events that DingTalk pushes about it over HTTP: names, order and types of the
 * fields are those of its pages "event-bpms-instance-change" and "event-bpms-task-change".
 */
final class Approval {
    static final String CORP_ID = "dingsimulated0a1b2c3d";
    /** No life cycle has more events, or takes longer by DingTalk's clock. */
    static final int MOST_EVENTS = 6;

    private static final int LONGEST_STEP_MILLIS = 300;
    private static final DateTimeFormatter BUSINESS_ID =
            DateTimeFormatter.ofPattern("yyyyMMddHHmm").withZone(ZoneId.of("Asia/Shanghai"));
    private static final List<String> PEOPLE = List.of("张三", "李四", "王小明", "赵敏", "欧阳娜娜", "陈𠮷", "刘洋", "阿依古丽·买买提");
    private static final List<Form> FORMS = List.of(
            new Form("差旅报销", "PROC-11111111-2222-3333-4444-555555555501", ""),
            new Form("请假申请", "PROC-11111111-2222-3333-4444-555555555502", "attendance.leave"),
            new Form("外出申请", "PROC-11111111-2222-3333-4444-555555555503", "attendance.goout"),
            new Form("采购申请（办公用品）", "PROC-11111111-2222-3333-4444-555555555504", ""),
            new Form("合同用印 & 盖章", "PROC-11111111-2222-3333-4444-555555555505", ""));

    private final String run;
    private final int number;
    private final RandomGenerator random;
    private final Form form;
    private final String person;
    private final String instanceId;
    private final List<Long> times = new ArrayList<>();
    private final List<Map<String, Object>> events = new ArrayList<>();

    private Approval(String run, int number, long startedAt, RandomGenerator random) {
        this.run = run;
        this.number = number;
        this.random = random;
        this.form = pick(FORMS);
        this.person = pick(PEOPLE);
        this.instanceId = "sim-%s-%08d".formatted(run, number);
        times.add(startedAt);
    }

    /**
     * The events of an approval that has just ended, in the order in which they happened.
     *
     * @param run unique for the run
     * @param number unique in the run
     * @param endsBefore milliseconds since 1970: no event is later
     */
    static List<Map<String, Object>> lifeCycle(String run, int number, long endsBefore, RandomGenerator random) {
        var approval = new Approval(run, number, endsBefore - MOST_EVENTS * LONGEST_STEP_MILLIS, random);
        approval.play(random.nextInt(100));
        return approval.events;
    }

    private void play(int percent) {
        instance("start");
        var first = new PlayedTask(1, tick());
        task(first, "start");
        if (percent < 70) {
            finish(first, "agree", "同意");
            end("finish", "agree");
        } else if (percent < 80) {
            finish(first, "refuse", "金额不符，请重新提交🙏");
            end("finish", "refuse");
        } else if (percent < 87) {
            // Handed on to another person: a result, not a type.
            finish(first, "redirect", "转交");
            var second = new PlayedTask(2, tick());
            task(second, "start");
            finish(second, "agree", "同意");
            end("finish", "agree");
        } else if (percent < 94) {
            // One of two approvers suffices: the other one's task is cancelled.
            var second = new PlayedTask(2, first.createdAt());
            task(second, "start");
            finish(first, "agree", "同意");
            task(second, "cancel").put("finishTime", now());
            end("finish", "agree");
        } else {
            // Withdrawn by the originator: no result.
            finish(first, "agree", "同意");
            end("terminate", "");
        }
    }

    private void finish(PlayedTask task, String result, String remark) {
        tick();
        var event = task(task, "finish");
        event.put("result", result);
        event.put("remark", remark);
        event.put("finishTime", now());
    }

    private void end(String type, String result) {
        tick();
        var event = instance(type);
        if (!result.isEmpty()) {
            event.put("result", result);
        }
        event.put("finishTime", now());
    }

    private Map<String, Object> instance(String type) {
        var event = event("bpms_instance_change", times.get(0));
        event.put("businessType", "");
        event.put(
                "url",
                "https://aflow.dingtalk.com/dingtalk/mobile/homepage.htm?corpid=" + CORP_ID
                        + "&dd_share=false&showmenu=false&dd_progress=false&back=native&procInstId=" + instanceId
                        + "&taskId=&swfrom=isv&dinghash=approval&dtaction=os&dd_from=corp#approval");
        event.put("staffId", "manager%04d".formatted(PEOPLE.indexOf(person)));
        event.put("type", type);
        return event;
    }

    private Map<String, Object> task(PlayedTask task, String type) {
        var event = event("bpms_task_change", task.createdAt());
        event.put("taskId", 90_000_000_000L + 10L * number + task.ordinal());
        event.put("staffId", "01020304050607%02d".formatted(task.ordinal()));
        event.put("type", type);
        return event;
    }

    private Map<String, Object> event(String type, long createTime) {
        var event = new LinkedHashMap<String, Object>();
        event.put("EventType", type);
        event.put("EventTime", now());
        event.put("CorpId", CORP_ID);
        event.put("BizId", Long.toString(now()));
        event.put("eventId", "%s%08x%08x".formatted(run, number, events.size() + 1));
        event.put("processInstanceId", instanceId);
        event.put("createTime", createTime);
        event.put("processCode", form.processCode());
        event.put("bizCategoryId", form.category());
        event.put("businessId", BUSINESS_ID.format(Instant.ofEpochMilli(times.get(0))) + "%09d".formatted(number));
        event.put("title", person + "提交的" + form.title());
        events.add(event);
        return event;
    }

    private long now() {
        return times.get(times.size() - 1);
    }

    private long tick() {
        times.add(now() + 1 + random.nextInt(LONGEST_STEP_MILLIS));
        return now();
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private record Form(String title, String processCode, String category) {}

    private record PlayedTask(int ordinal, long createdAt) {}
}
