package io.github.dingtalkinbox.bench.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Approvals of an organisation of their own. Each is started and finished, with a thousand others between. The ids are
 * made like DingTalk's: random, so that they meet the indexes at random places.
 */
public final class Approvals {
    /** As long as a real one is. */
    public static final int DEFAULT_BYTES = 1024;

    private static final int UNDER_WAY = 1000;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    /** The page "event-bpms-instance-change", and a field that makes it as long as it shall be. */
    private static final String JSON = """
            {"EventType":"bpms_instance_change","EventTime":%1$d,"CorpId":"%2$s","BizId":"%1$d","eventId":"%3$s",\
            "processInstanceId":"%4$s","createTime":%5$d,"processCode":"PROC-9E7E5A7C-3B0C-4C0B-A6B2-5C7A7A6E1F01",\
            "bizCategoryId":"attendance.leave","businessId":"%6$s","title":"阿依古丽·买买提提交的请假申请","businessType":"",\
            "url":"https://aflow.dingtalk.com/dingtalk/mobile/homepage.htm?corpid=%2$s&dd_share=false&showmenu=false\
            &dd_progress=false&back=native&procInstId=%4$s&taskId=&swfrom=isv&dinghash=approval&dtaction=os&dd_from=corp\
            #approval","staffId":"manager8124",%7$s,"remark":"%8$s"}""";

    private final Instant since = Instant.now();
    private final String corpId;
    private final int bytes;
    private final RandomGenerator random = new SplittableRandom();
    private final Deque<Approval> underWay = new ArrayDeque<>();
    private long now = 1_790_000_000_000L;

    /** @param bytes of the JSON of an event; not less than it has anyway */
    public Approvals(int bytes) {
        this.corpId = "dingbench%s".formatted(hex(8));
        this.bytes = bytes;
    }

    String corpId() {
        return corpId;
    }

    /** Before which there was no event of them. */
    Instant since() {
        return since;
    }

    /** The next event of them. */
    public Callback next() {
        now++;
        boolean finishes = underWay.size() >= UNDER_WAY && random.nextBoolean();
        Approval approval = finishes ? underWay.remove() : start();
        String eventId = hex(16);
        String state = finishes
                ? "\"type\":\"finish\",\"result\":\"agree\",\"finishTime\":%d".formatted(now)
                : "\"type\":\"start\"";
        String json = JSON.formatted(
                now, corpId, eventId, approval.id(), approval.createdAt(), approval.businessId(), state, "%s");
        String remark = letters(Math.max(0, bytes - json.getBytes(UTF_8).length));
        return new Callback(eventId, approval.id(), finishes, json.formatted(remark));
    }

    Stream<Callback> stream() {
        return Stream.generate(this::next);
    }

    private Approval start() {
        Approval approval = new Approval(letters(22) + "0%d".formatted(now), now, "2026%017d".formatted(now));
        underWay.add(approval);
        return approval;
    }

    /** Nothing that a compression would make short. */
    private String letters(int count) {
        StringBuilder letters = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }

    private String hex(int bytes) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private record Approval(String id, long createdAt, String businessId) {}
}
