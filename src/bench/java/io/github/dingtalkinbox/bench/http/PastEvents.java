package io.github.dingtalkinbox.bench.http;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Events of the last twenty days, two for each approval, written straight into the tables. Their ids are as random as
 * real ones and come in the order of time, so that the indexes grow as they do in service. The payloads are short: nothing
 * reads them, and what gets slower with the number of rows is the indexes.
 */
final class PastEvents {
    private static final int BATCH = 100_000;

    private final JdbcClient jdbc;

    PastEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param count of events */
    void fill(int count) {
        for (int done = 0; done < count; done += BATCH) {
            fill(Math.min(BATCH, count - done), (double) done / count, (double) (done + BATCH) / count);
        }
    }

    private void fill(int count, double from, double to) {
        jdbc.sql("""
                        with approval as materialized (
                          select 'dingpast' as corp_id,
                                 translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/=', '-_')
                                   || lpad((n % 1000000)::text, 14, '0') as process_instance_id,
                                 replace(gen_random_uuid()::text, '-', '') as started,
                                 replace(gen_random_uuid()::text, '-', '') as finished,
                                 now() - interval '20 days'
                                   + interval '20 days' * (:from + (:to - :from) * n / :approvals) as at
                            from generate_series(0, :approvals - 1) n),
                        instance as (
                          insert into inbox.approval_instances
                                 (corp_id, process_instance_id, title, title_at, title_event_id, originator_id, created_at,
                                  start_event_id, ending, result, finished_at, end_event_id)
                          select corp_id, process_instance_id, '请假申请', at, 'default:' || finished, 'manager8124', at,
                                 'default:' || started, 'finished', 'agree', at, 'default:' || finished
                            from approval)
                        insert into inbox.processed_events
                               (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                                processed_at, payload, payload_sha256)
                        select 'default:' || event_id,
                               'default:' || corp_id || ':bpms_instance_change:' || process_instance_id || ':' || type,
                               'default', corp_id, 'bpms_instance_change', 'http', at, at, at,
                               jsonb_build_object('EventType', 'bpms_instance_change', 'processInstanceId', process_instance_id),
                               sha256(convert_to(event_id, 'UTF8'))
                          from (select started as event_id, 'start' as type, a.* from approval a
                                 union all
                                select finished, 'finish', a.* from approval a) e
                        """)
                .param("from", from)
                .param("to", to)
                .param("approvals", count / 2)
                .update();
    }
}
