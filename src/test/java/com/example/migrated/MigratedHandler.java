package com.example.migrated;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Counts in a table that the application's own migrations make. */
@Component
class MigratedHandler implements EventHandler {
    private final JdbcTemplate jdbc;

    MigratedHandler(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public boolean handles(Event event) {
        return event.type().equals("host_payment");
    }

    @Override
    public void handle(Event event) {
        jdbc.update("update arrivals set events = events + 1");
    }
}
