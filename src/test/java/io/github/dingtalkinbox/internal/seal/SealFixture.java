package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.service.verification.ChainHead;
import io.github.dingtalkinbox.service.verification.SealCheck;
import io.github.dingtalkinbox.service.verification.SealFindings;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** An event log that is sealed, and a database whose clock can be moved for those who seal it. */
public final class SealFixture implements AutoCloseable {
    public static final SealKey KEY =
            SealKey.parse("test", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    public static final SealKey OTHER_KEY =
            SealKey.parse("test", "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");

    private static final String CLOCK = """
            create schema if not exists test_clock;
            create table if not exists test_clock.moved (at timestamptz not null);
            truncate test_clock.moved;
            create or replace function test_clock.clock_timestamp() returns timestamptz language sql volatile as
              'select coalesce((select at from test_clock.moved), pg_catalog.clock_timestamp())'
            """;

    private final TestDatabase database;
    private final List<SingleConnectionDataSource> connections = new ArrayList<>();

    public SealFixture(TestDatabase database) {
        this.database = database;
        jdbc().sql(
                        "truncate inbox.processed_events, inbox.duplicate_deliveries, inbox.operator_actions, inbox.event_seals,"
                                + " inbox.approval_seals, inbox.approval_instances, inbox.approval_tasks, inbox.cleanup_runs")
                .update();
        jdbc().sql(CLOCK).update();
    }

    public JdbcClient jdbc() {
        return database.jdbc();
    }

    /** Connections of their own, one each time, in whose search path the moved clock comes first. */
    SingleConnectionDataSource session(String... parameters) {
        String all = parameters.length == 0 ? "" : "&" + String.join("&", parameters);
        var session = new SingleConnectionDataSource(
                database.jdbcUrl() + "?currentSchema=test_clock,pg_catalog,public" + all,
                database.user(),
                database.password(),
                true);
        connections.add(session);
        return session;
    }

    Sealer sealer() {
        return sealer(KEY);
    }

    Sealer sealer(SealKey key) {
        return new Sealer(session(), new SealKeys(List.of(key, KEY, OTHER_KEY)), new SealHeads(List.of()));
    }

    public void clock(String now) {
        clock(Instant.parse(now));
    }

    /** Seals every hour that is closed. */
    public void seal(SealKey key) {
        sealer(key).runOnce();
    }

    void clock(Instant now) {
        jdbc().sql("truncate test_clock.moved").update();
        jdbc().sql("insert into test_clock.moved values (:now)")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    public void event(String id, String type, String processedAt) {
        event(id, type, Instant.parse(processedAt));
    }

    void event(String id, String type, @Nullable Instant processedAt) {
        jdbc().sql("""
                        insert into inbox.processed_events
                               (event_id, app, corp_id, event_type, transport, received_at, processed_at, payload,
                                payload_sha256)
                        values (:id, 'default', 'ding1', :type, 'http', coalesce(cast(:at as timestamptz), now()), coalesce(cast(:at as timestamptz), now()),
                                '{"b": 1.50, "EventType": "x", "标题": "差旅报销"}', sha256('x'))
                        """)
                .param("id", id)
                .param("type", type)
                .param("at", processedAt == null ? null : processedAt.toString())
                .update();
    }

    /** Number, hour, type and events of each seal. */
    List<String> seals() {
        return jdbc().sql("select * from inbox.event_seals order by seal_number")
                .query((row, number) -> row.getLong("seal_number") + " "
                        + row.getObject("hour", OffsetDateTime.class).toInstant() + " " + row.getString("event_type")
                        + " " + row.getLong("row_count"))
                .list();
    }

    public ChainHead head() {
        return ChainHead.of(new EventSeals(jdbc(), new SealKeys(List.of(KEY, OTHER_KEY)))
                .last()
                .orElseThrow());
    }

    /** What the seals and events are found to be. */
    public List<String> verify() {
        return findings().findings();
    }

    public SealFindings findings() {
        return findings(List.of(), KEY);
    }

    public SealFindings findings(List<ChainHead> kept, SealKey... keys) {
        return new SealCheck(session()).verify(new SealKeys(List.of(keys)), kept, hour -> {});
    }

    @Override
    public void close() {
        connections.forEach(SingleConnectionDataSource::destroy);
    }
}
