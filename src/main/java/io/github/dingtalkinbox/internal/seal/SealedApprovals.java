package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.approval.ApprovalKey;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Seals the states of approvals in the {@code approval_seals} table: each approval that an event of the hour is about, with
 * its tasks, as it is when the hour is sealed. So the last sealed state is today's, unless an event came that is not
 * sealed yet.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class SealedApprovals {
    /** As it stands in the seals. */
    static final String TABLE = "approval_instances";

    private static final String WHAT_OF_ONE = "dingtalk-inbox approval 1";
    private static final String WHAT_OF_HOUR = "dingtalk-inbox approvals 1";
    private static final int BATCH = 500;
    private static final int FETCH_SIZE = 500;

    // An approval may have tasks only, and a column of it nothing: JSON tells null from a text.
    private static final String STATES = """
            select k.process_instance_id,
                   k.corp_id,
                   (select cast(jsonb_build_array(
                             i.result, i.title, i.originator_id, i.process_code, i.business_id,
                             encode(timestamptz_send(i.created_at), 'hex'), encode(timestamptz_send(i.finished_at), 'hex'),
                             i.ending, i.start_event_id, i.end_event_id, i.delete_event_id, i.title_event_id,
                             encode(timestamptz_send(i.title_at), 'hex')) as text)
                      from inbox.approval_instances i
                     where i.process_instance_id = k.process_instance_id and i.corp_id = k.corp_id) as instance,
                   (select cast(jsonb_agg(jsonb_build_array(
                             t.task_key, t.result, t.task_id, t.assignee_id, t.remark,
                             encode(timestamptz_send(t.created_at), 'hex'), encode(timestamptz_send(t.finished_at), 'hex'),
                             t.ending, t.start_event_id, t.end_event_id) order by t.task_key collate "C") as text)
                      from inbox.approval_tasks t
                     where t.process_instance_id = k.process_instance_id and t.corp_id = k.corp_id) as tasks
              from %s k
            """;

    private static final String OF_THESE = STATES.formatted("""
            (select distinct *
               from unnest(cast(:approvals as text[]), cast(:corps as text[])) as d (process_instance_id, corp_id))""");

    private static final String ALL_KEYS = """
            (select process_instance_id, corp_id from inbox.approval_instances
              union
             select process_instance_id, corp_id from inbox.approval_tasks)""";

    private static final String ALL = STATES.formatted(ALL_KEYS);

    private static final String ADD = """
            insert into inbox.approval_seals (hour, process_instance_id, corp_id, content)
            select :hour, s.process_instance_id, s.corp_id, s.content
              from unnest(cast(:approvals as text[]), cast(:corps as text[]), cast(:contents as bytea[]))
                   as s (process_instance_id, corp_id, content)
                on conflict do nothing
            """;

    private static final String OF_HOUR = """
            select process_instance_id, corp_id, content
              from inbox.approval_seals
             where hour = :hour
             order by process_instance_id collate "C", corp_id collate "C"
            """;

    // The rule for which events are about an approval is that of the sealer.
    private static final String SINCE = """
            select distinct corp_id, payload ->> 'processInstanceId' as approval
              from inbox.processed_events
             where processed_at >= :from
               and event_type in ('bpms_instance_change', 'bpms_task_change')
               and payload ->> 'processInstanceId' is not null
            """;

    // Only states that a seal covers: any other one may have been written by anybody.
    private static final String WITH_SEALS = """
            with latest as (
              select distinct on (a.process_instance_id, a.corp_id)
                     a.process_instance_id, a.corp_id, a.hour, a.content, s.key_id
                from inbox.approval_seals a
                join inbox.event_seals s
                  on s.kind = 'rows' and s.table_name = 'approval_instances' and s.hour = a.hour
               order by a.process_instance_id, a.corp_id, a.hour desc)
            select process_instance_id, corp_id, n.instance, n.tasks, l.hour, l.content, l.key_id
              from (%s) n
              full join latest l using (process_instance_id, corp_id)
            """.formatted(ALL);

    private final JdbcClient jdbc;

    SealedApprovals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Seals these approvals; those that are not there, because their events say too little, are left out. */
    SealedContent seal(SealKey key, Instant hour, Collection<ApprovalKey> approvals) {
        List<ApprovalKey> keys = List.copyOf(approvals);
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<ApprovalKey> some = keys.subList(from, Math.min(keys.size(), from + BATCH));
            seal(
                    key,
                    hour,
                    jdbc.sql(OF_THESE)
                            .param("approvals", SqlArrays.texts(some, ApprovalKey::processInstanceId))
                            .param("corps", SqlArrays.texts(some, ApprovalKey::corpId)));
        }
        return ofHour(hour, Optional.of(key));
    }

    /** Seals all approvals, with the first seal of a log. */
    SealedContent sealAll(SealKey key, Instant hour) {
        seal(key, hour, jdbc.sql(ALL));
        return ofHour(hour, Optional.of(key));
    }

    private void seal(SealKey key, Instant hour, StatementSpec states) {
        List<ApprovalState> batch = new ArrayList<>();
        states.withFetchSize(FETCH_SIZE).query(row -> {
            ApprovalState state = ApprovalState.of(row);
            if (state.isThere()) {
                batch.add(state);
            }
            if (batch.size() == BATCH) {
                add(key, hour, batch);
                batch.clear();
            }
        });
        add(key, hour, batch);
    }

    private void add(SealKey key, Instant hour, List<ApprovalState> states) {
        if (states.isEmpty()) {
            return;
        }
        jdbc.sql(ADD)
                .param("hour", SqlTimes.parameter(hour))
                .param("approvals", SqlArrays.texts(states, s -> s.key().processInstanceId()))
                .param("corps", SqlArrays.texts(states, s -> s.key().corpId()))
                .param("contents", SqlArrays.bytes(states, s -> HexFormat.of().parseHex(s.digest(key, hour))))
                .update();
    }

    /** The sealed states of an hour; without a key they are only counted. */
    SealedContent ofHour(Instant hour, Optional<SealKey> key) {
        @Nullable MacInput input = key.map(k -> new MacInput(k, WHAT_OF_HOUR)).orElse(null);
        long[] count = new long[1];
        jdbc.sql(OF_HOUR)
                .param("hour", SqlTimes.parameter(hour))
                .withFetchSize(FETCH_SIZE)
                .query(row -> {
                    count[0]++;
                    if (input != null) {
                        input.add(row.getString("process_instance_id"))
                                .add(row.getString("corp_id"))
                                .add(row.getBytes("content"));
                    }
                });
        return count[0] == 0
                ? SealedContent.EMPTY
                : new SealedContent(count[0], input == null ? Seal.NONE : input.digest());
    }

    /** The approvals of the events that were processed since then. */
    Set<ApprovalKey> since(Instant from) {
        return Set.copyOf(jdbc.sql(SINCE)
                .param("from", SqlTimes.parameter(from))
                .query((row, n) -> ApprovalKey.of(row.getString("corp_id"), row.getString("approval")))
                .list());
    }

    /**
     * Compares every approval with its last sealed state.
     *
     * @param keys the key with an id; empty if there is none, then the approval is not compared
     * @param differing is told each that differs, or has no sealed state, or is gone
     */
    void compare(Function<String, Optional<SealKey>> keys, DifferingApproval differing) {
        jdbc.sql(WITH_SEALS).withFetchSize(FETCH_SIZE).query(row -> {
            ApprovalState state = ApprovalState.of(row);
            byte[] content = row.getBytes("content");
            if (content == null) {
                differing.found(state.key(), Difference.ADDED);
            } else if (!state.isThere()) {
                differing.found(state.key(), Difference.REMOVED);
            } else {
                String keyId = row.getString("key_id");
                String sealed = HexFormat.of().formatHex(content);
                Optional<SealKey> key = keys.apply(keyId);
                if (key.isPresent()
                        && !state.digest(key.get(), SqlTimes.instant(row, "hour"))
                                .equals(sealed)) {
                    differing.found(state.key(), Difference.CHANGED);
                }
            }
        });
    }

    /** Hears of approvals that differ. */
    @FunctionalInterface
    interface DifferingApproval {
        void found(ApprovalKey approval, Difference difference);
    }

    private record ApprovalState(
            ApprovalKey key,
            @Nullable String instance,
            @Nullable String tasks) {
        private static ApprovalState of(ResultSet row) throws SQLException {
            return new ApprovalState(
                    new ApprovalKey(row.getString("corp_id"), row.getString("process_instance_id")),
                    row.getString("instance"),
                    row.getString("tasks"));
        }

        private boolean isThere() {
            return instance != null || tasks != null;
        }

        /** With the hour, so that a state of an earlier hour cannot be passed off as that of a later one. */
        private String digest(SealKey key, Instant hour) {
            return new MacInput(key, WHAT_OF_ONE)
                    .add(hour)
                    .add(this.key.processInstanceId())
                    .add(this.key.corpId())
                    .addOrNull(instance)
                    .addOrNull(tasks)
                    .digest();
        }
    }
}
