package com.example.host;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import org.springframework.stereotype.Component;

/** Books the event first, and then fails where the account has nothing left. The library had a bean of its name once. */
@Component("inbox")
class PaymentHandler implements EventHandler {
    private final Ledger ledger;

    PaymentHandler(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public boolean handles(Event event) {
        return event.type().equals("host_payment");
    }

    @Override
    public void handle(Event event) {
        ledger.book(event.payload().json().path("purpose").asString());
        ledger.pay();
    }
}
