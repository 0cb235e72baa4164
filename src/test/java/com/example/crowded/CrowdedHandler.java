package com.example.crowded;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

record CrowdedHandler(JdbcClient jdbc) implements EventHandler {
    @Override
    public boolean handles(Event event) {
        return event.type().equals("host_payment");
    }

    @Override
    public void handle(Event event) {
        jdbc.sql("update arrivals set events = events + 1").update();
    }
}
