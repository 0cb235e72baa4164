package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A business update that shows each time it is made: it counts, in a row for each approval and each of its tasks. */
final class Effects implements EventHandler {
    private final JdbcClient jdbc;

    Effects(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    static void createTable(JdbcClient jdbc) {
        jdbc.sql("drop table if exists effects").update();
        jdbc.sql("create table effects (what text primary key, times integer not null)")
                .update();
    }

    /** Makes every commit that has an effect wait for the advisory lock 4711. */
    static void waitForLockAtCommit(JdbcClient jdbc) {
        jdbc.sql("""
                        create or replace function wait_for_lock() returns trigger language plpgsql as
                        'begin perform pg_advisory_xact_lock(4711); return null; end'
                        """).update();
        jdbc.sql("create constraint trigger at_commit after insert or update on effects initially deferred"
                        + " for each row execute function wait_for_lock()")
                .update();
    }

    /** Has some of the commits that have an effect come with a warning, as one that has not waited for its standby does. */
    static void warnAtCommit(JdbcClient jdbc, double share) {
        jdbc.sql("""
                        create or replace function warn() returns trigger language plpgsql as
                        'begin if random() < %s then raise warning ''not everywhere''; end if; return null; end'
                        """.formatted(share)).update();
        jdbc.sql("create constraint trigger warns_at_commit after insert or update on effects initially deferred"
                        + " for each row execute function warn()")
                .update();
    }

    static long of(JdbcClient jdbc, Event event) {
        return jdbc.sql("select coalesce(sum(times), 0) from effects where what = ?")
                .param(what(event))
                .query(Long.class)
                .single();
    }

    @Override
    public boolean handles(Event event) {
        return true;
    }

    @Override
    public void handle(Event event) {
        jdbc.sql("""
                        insert into effects as e values (?, 1)
                            on conflict (what) do update set times = e.times + 1
                        """).param(what(event)).update();
    }

    private static String what(Event event) {
        JsonNode json = event.payload().json();
        String instance = json.path("processInstanceId").asString(event.id());
        return json.has("taskId") ? instance + "/" + json.path("taskId").asString() : instance;
    }
}
