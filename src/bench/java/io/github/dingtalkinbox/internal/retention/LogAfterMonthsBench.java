package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A log of ten days, of which the oldest one goes and a new one comes, ten times, so that no row of the beginning is left.
 * Vacuum runs when autovacuum would, by its formula: waiting for its naptime would tell nothing more.
 */
@Postgres
@Tag("cleanup")
class LogAfterMonthsBench {
    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final int DAYS = 10;
    private static final int STEPS = 10;
    private static final Pattern BUFFERS = Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

    record Variant(String name, int fillfactor, double scaleFactor, String index) {}

    static final List<Variant> VARIANTS = List.of(
            new Variant("PostgreSQL's defaults", 100, 0.2, "btree"),
            new Variant("vacuum at 2 %", 100, 0.02, "btree"),
            new Variant("fillfactor 90", 90, 0.02, "btree"),
            new Variant("BRIN", 100, 0.02, "brin"));

    private final JdbcClient jdbc;

    LogAfterMonthsBench(TestDatabase database) {
        this.jdbc = database.jdbc();
    }

    @ParameterizedTest
    @FieldSource("VARIANTS")
    void tenCycles(Variant variant) {
        jdbc.sql("drop table if exists log").update();
        jdbc.sql("create table log (like inbox.processed_events including defaults including constraints)"
                        + " with (autovacuum_enabled = off, fillfactor = " + variant.fillfactor() + ")")
                .update();
        jdbc.sql("alter table log add unique (event_id), add unique (natural_key)").update();
        jdbc.sql("create index on log (received_at, event_id)").update();
        jdbc.sql("create index log_processed_at on log using " + variant.index() + " (processed_at)").update();
        for (int day = 0; day < DAYS; day++) {
            fill(day);
        }
        jdbc.sql("vacuum analyze log").update();
        long sizeBefore = size("log");
        long indexBefore = size("log_processed_at");
        int vacuums = 0;
        long vacuumed = 0;
        long mostDead = 0;
        double seconds = 0;
        for (int day = 0; day < DAYS; day++) {
            fill(day + DAYS);
            for (int step = 0; step < STEPS; step++) {
                long began = System.nanoTime();
                remove(day, step);
                seconds += (System.nanoTime() - began) / 1e9;
                long dead = (long) ROWS / DAYS / STEPS * (step + 1 + STEPS * day) - vacuumed;
                mostDead = Math.max(mostDead, dead);
                if (dead > 50 + variant.scaleFactor() * ROWS) {
                    jdbc.sql("vacuum analyze log").update();
                    vacuumed += dead;
                    vacuums++;
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "  %-22s size %4d -> %4d MB  index of processed_at %6d -> %6d kB  vacuums %2d  most dead rows %6d"
                        + "  pages read for a batch %5d  removal %5.1f s%n",
                variant.name(),
                sizeBefore >> 20,
                size("log") >> 20,
                indexBefore >> 10,
                size("log_processed_at") >> 10,
                vacuums,
                mostDead,
                pagesOfABatch(),
                seconds);
        assertThat(jdbc.sql("select count(*) from log").query(Long.class).single()).isEqualTo(ROWS);
    }

    private void fill(int day) {
        jdbc.sql("""
                        insert into log (event_id, natural_key, app, corp_id, event_type, transport, received_at, processed_at,
                                         payload, payload_sha256)
                        select md5(:day || '-' || n), case when n % 3 = 0 then 'key-' || md5(n || '-' || :day) end,
                               'default', 'ding1', 'type-' || n % 5, 'http', at, at,
                               jsonb_build_object('n', n, 'text', repeat('x', 300)), sha256(convert_to(n::text, 'UTF8'))
                          from (select n, timestamptz '2026-01-01 00:00Z' + interval '24 hours' * (:day_number + n * 1.0 / :rows) as at
                                  from generate_series(0, :rows - 1) n) d
                        """)
                .param("day", String.valueOf(day))
                .param("day_number", day)
                .param("rows", ROWS / DAYS)
                .update();
    }

    /** As cleanup_remove_events does, a tenth of a day. */
    private void remove(int day, int step) {
        jdbc.sql("""
                        with batch as materialized (
                          select event_id
                            from log
                           where processed_at >= timestamptz '2026-01-01 00:00Z' + interval '24 hours' * (:day + :step / 10.0)
                             and processed_at < timestamptz '2026-01-01 00:00Z' + interval '24 hours' * (:day + (:step + 1) / 10.0))
                        delete from log where event_id = any (array(select event_id from batch))
                        """).param("day", day).param("step", step).update();
    }

    private long pagesOfABatch() {
        List<String> plan = jdbc.sql("""
                        explain (analyze, buffers)
                        select event_id, natural_key, processed_at
                          from log
                         where processed_at >= timestamptz '2026-01-01 00:00Z' + interval '24 hours' * 10
                           and processed_at < timestamptz '2026-01-01 00:00Z' + interval '24 hours' * 11
                           and event_type = any (array['type-1', 'type-2'])
                         order by processed_at
                         limit 2000
                        """).query(String.class).list();
        Matcher buffers = BUFFERS.matcher(String.join("\n", plan));
        assertThat(buffers.find()).isTrue();
        return number(buffers.group(1)) + number(buffers.group(2));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private long size(String relation) {
        return jdbc.sql(relation.equals("log")
                        ? "select pg_total_relation_size('log')"
                        : "select pg_relation_size('" + relation + "')")
                .query(Long.class)
                .single();
    }
}
