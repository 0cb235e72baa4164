package com.example.besidemysql;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.InboxDataSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What it writes to the PostgreSQL is exactly once, and what it writes to the other database is not. */
@Component
class BesideHandler implements EventHandler {
    private final JdbcTemplate counts;
    private final JdbcTemplate business;

    BesideHandler(@InboxDataSource DataSource inbox, JdbcTemplate business) {
        this.counts = new JdbcTemplate(inbox);
        this.business = business;
    }

    @Override
    public boolean handles(Event event) {
        return event.type().equals("host_payment");
    }

    @Override
    public void handle(Event event) {
        counts.update("update arrivals set events = events + 1");
        business.update("insert into seen values (?)", event.id());
    }
}
