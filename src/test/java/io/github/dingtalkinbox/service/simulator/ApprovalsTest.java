package io.github.dingtalkinbox.service.simulator;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApprovalsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T03:04:05.678Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String RUN = "0123456789abcdef";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void thereAreAsManyEventsAsWanted(int count) {
        assertThat(events(count, 0.3, 1))
                .hasSize(count)
                .extracting(e -> e.get("eventId"))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyApprovalStartsAndEndsButTheLastOne() {
        var approvals = byApproval(events(1000, 0.3, 2));
        assertThat(approvals).hasSizeGreaterThan(150);
        long open = approvals.stream()
                .filter(a -> !List.of("finish", "terminate").contains(last(a).get("type")))
                .count();
        assertThat(open).isLessThanOrEqualTo(1);
        assertThat(approvals).allSatisfy(a -> {
            assertThat(a.get(0))
                    .containsEntry("EventType", "bpms_instance_change")
                    .containsEntry("type", "start");
            assertThat(a)
                    .filteredOn(e -> isInstance(e) && text(e, "type").equals("start"))
                    .hasSize(1);
            assertThat(a).extracting(e -> (Long) e.get("EventTime")).isSorted();
            assertThat(a).extracting(e -> e.get("title")).containsOnly(a.get(0).get("title"));
            assertThat(a)
                    .extracting(e -> e.get("processCode"))
                    .containsOnly(a.get(0).get("processCode"));
        });
    }

    @Test
    void everyTaskOfAnEndedApprovalStartsOnceAndEndsOnce() {
        for (List<Map<String, Object>> approval : ended(events(1000, 0.3, 3))) {
            var tasks = approval.stream().filter(e -> !isInstance(e)).collect(groupingBy(e -> e.get("taskId")));
            assertThat(tasks).isNotEmpty();
            assertThat(tasks.values()).allSatisfy(task -> {
                assertThat(task).hasSize(2);
                assertThat(task.get(0)).containsEntry("type", "start").doesNotContainKey("finishTime");
                assertThat(task.get(1).get("type")).isIn("finish", "cancel");
                assertThat(task.get(1)).containsKey("finishTime");
                assertThat(task.get(1).get("createTime")).isEqualTo(task.get(0).get("createTime"));
                assertThat(task.get(1).get("staffId")).isEqualTo(task.get(0).get("staffId"));
            });
        }
    }

    @Test
    void resultOfAnApprovalIsTheOneOfItsTasks() {
        for (List<Map<String, Object>> approval : ended(events(2000, 0, 4))) {
            Map<String, Object> end = last(approval);
            boolean refused = approval.stream().anyMatch(e -> !isInstance(e) && "refuse".equals(e.get("result")));
            if (text(end, "type").equals("terminate")) {
                assertThat(end).doesNotContainKey("result");
            } else {
                assertThat(end).containsEntry("result", refused ? "refuse" : "agree");
            }
        }
    }

    @Test
    void allKindsOfLifeCycleOccur() {
        var events = events(2000, 0, 5);
        assertThat(events)
                .extracting(e -> e.get("EventType") + " " + e.get("type") + " " + e.getOrDefault("result", ""))
                .contains(
                        "bpms_instance_change start ",
                        "bpms_instance_change finish agree",
                        "bpms_instance_change finish refuse",
                        "bpms_instance_change terminate ",
                        "bpms_task_change start ",
                        "bpms_task_change finish agree",
                        "bpms_task_change finish refuse",
                        "bpms_task_change finish redirect",
                        "bpms_task_change cancel ");
    }

    @Test
    void noLifeCycleIsLongerThanPromised() {
        assertThat(byApproval(events(2000, 0, 6)))
                .allSatisfy(a -> assertThat(a).hasSizeLessThanOrEqualTo(Approval.MOST_EVENTS));
    }

    @Test
    void fieldsAreThoseOfTheDocumentation() {
        Map<String, Object> start = events(1, 0, 7).get(0);
        assertThat(start.keySet())
                .containsExactly(
                        "EventType",
                        "EventTime",
                        "CorpId",
                        "BizId",
                        "eventId",
                        "processInstanceId",
                        "createTime",
                        "processCode",
                        "bizCategoryId",
                        "businessId",
                        "title",
                        "businessType",
                        "url",
                        "staffId",
                        "type");
        assertThat(start.get("EventTime")).isInstanceOf(Long.class);
        assertThat(start.get("createTime")).isInstanceOf(Long.class);
        assertThat(start.get("BizId")).isEqualTo(String.valueOf(start.get("EventTime")));
        assertThat(start.get("eventId")).isEqualTo(RUN + "0000000100000001");
        assertThat((String) start.get("businessId")).matches("202611241104\\d{9}");
        assertThat((String) start.get("title")).matches(".+提交的.+");
        assertThat(events(100, 0, 7)).filteredOn(e -> !isInstance(e)).allSatisfy(e -> assertThat(e.get("taskId"))
                .isInstanceOf(Long.class));
    }

    @Test
    void nothingHappensInTheFutureNorLongAgo() {
        assertThat(events(500, 0.1, 8))
                .extracting(e -> (Long) e.get("EventTime"))
                .allSatisfy(time ->
                        assertThat(Instant.ofEpochMilli(time)).isBetween(NOW.minus(Duration.ofSeconds(3)), NOW));
    }

    @Test
    void withoutDisorderAnApprovalIsDeliveredInItsOrder() {
        var approvals = new Approvals(RUN, load(500, 0), CLOCK, new Random(9));
        assertThat(delivered(approvals).values())
                .allSatisfy(ids -> assertThat(ids).isSorted());
        assertThat(approvals.outOfOrder()).isZero();
    }

    @Test
    void disorderSwapsNeighboursOfAnApproval() {
        var approvals = new Approvals(RUN, load(500, 1), CLOCK, new Random(10));
        var delivered = delivered(approvals);
        long later = delivered.values().stream()
                .mapToLong(ids -> {
                    long swaps = 0;
                    for (int i = 0; i + 1 < ids.size(); i++) {
                        swaps += ids.get(i).compareTo(ids.get(i + 1)) > 0 ? 1 : 0;
                    }
                    return swaps;
                })
                .sum();
        assertThat(approvals.outOfOrder()).isPositive().isEqualTo((int) later);
    }

    @Test
    void manyApprovalsAreUnderWayAtOnce() {
        var first = events(1000, 0, 11).subList(0, 100);
        assertThat(first.stream()
                        .map(e -> e.get("processInstanceId"))
                        .distinct()
                        .count())
                .isGreaterThan(20);
    }

    @Test
    void sameSeedGivesTheSameEventsUnderOtherIds() {
        List<Object> titles = new ArrayList<>();
        events(200, 0.2, 12).forEach(e -> titles.add(e.get("title") + " " + e.get("type")));
        var other = all(new Approvals("ffffffffffffffff", load(200, 0.2), CLOCK, new Random(12)));
        assertThat(other).extracting(e -> e.get("title") + " " + e.get("type")).isEqualTo(titles);
        assertThat(other).noneMatch(e -> text(e, "processInstanceId").contains(RUN));
    }

    private static List<Map<String, Object>> events(int count, double outOfOrder, long seed) {
        return all(new Approvals(RUN, load(count, outOfOrder), CLOCK, new Random(seed)));
    }

    private static Simulation.Load load(int events, double outOfOrder) {
        return new Simulation.Load(events, 0, outOfOrder, 0, 1, Duration.ofSeconds(1));
    }

    private static List<Map<String, Object>> all(Approvals approvals) {
        List<Map<String, Object>> all = new ArrayList<>();
        Optional<Map<String, Object>> next = approvals.next();
        while (next.isPresent()) {
            all.add(next.get());
            next = approvals.next();
        }
        return all;
    }

    /** The ids of each approval's events in the order of their delivery. */
    private static Map<Object, List<String>> delivered(Approvals approvals) {
        Map<Object, List<String>> delivered = new TreeMap<>();
        all(approvals).forEach(e -> delivered
                .computeIfAbsent(e.get("processInstanceId"), k -> new ArrayList<>())
                .add(text(e, "eventId")));
        return delivered;
    }

    /** Each approval's events in the order in which they happened, which is that of their ids. */
    private static List<List<Map<String, Object>>> byApproval(List<Map<String, Object>> events) {
        var sorted = new ArrayList<>(events);
        sorted.sort((a, b) -> text(a, "eventId").compareTo(text(b, "eventId")));
        return List.copyOf(sorted.stream()
                .collect(groupingBy(e -> e.get("processInstanceId")))
                .values());
    }

    private static List<List<Map<String, Object>>> ended(List<Map<String, Object>> events) {
        return byApproval(events).stream()
                .filter(a -> isInstance(last(a)) && !text(last(a), "type").equals("start"))
                .toList();
    }

    private static Map<String, Object> last(List<Map<String, Object>> approval) {
        return approval.get(approval.size() - 1);
    }

    private static boolean isInstance(Map<String, Object> event) {
        return text(event, "EventType").equals("bpms_instance_change");
    }

    private static String text(Map<String, Object> event, String name) {
        return String.valueOf(event.get(name));
    }
}
