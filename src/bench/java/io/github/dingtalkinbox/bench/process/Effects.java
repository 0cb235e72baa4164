package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A row for each time that an event takes effect, which nothing keeps from being a second one. */
final class Effects implements BatchEventHandler {
    private final JdbcClient jdbc;

    Effects(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    void createTable() {
        jdbc.sql("create table effects (event_id text not null)").update();
    }

    @Override
    public boolean handles(Event event) {
        return true;
    }

    @Override
    public void handleAll(List<Event> events) {
        jdbc.sql("insert into effects select unnest(cast(:event_id as text[]))")
                .param("event_id", events.stream().map(Event::id).toArray(String[]::new))
                .update();
    }

    /** How many effects there are too many. */
    long doubled() {
        return jdbc.sql("select count(*) - count(distinct event_id) from effects")
                .query(Long.class)
                .single();
    }

    /** The events that took effect. */
    Set<String> eventIds() {
        return jdbc.sql("select event_id from effects").query(String.class).set();
    }
}
