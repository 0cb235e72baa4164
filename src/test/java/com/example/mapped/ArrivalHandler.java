package com.example.mapped;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import org.springframework.stereotype.Component;

@Component
class ArrivalHandler implements EventHandler {
    private final ArrivalService arrivals;

    ArrivalHandler(ArrivalService arrivals) {
        this.arrivals = arrivals;
    }

    @Override
    public boolean handles(Event event) {
        return event.type().equals("host_payment");
    }

    @Override
    public void handle(Event event) {
        arrivals.see(event.id());
    }
}
