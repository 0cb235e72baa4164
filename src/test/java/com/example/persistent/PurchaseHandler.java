package com.example.persistent;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

@Component
class PurchaseHandler implements EventHandler {
    @PersistenceContext
    private @Nullable EntityManager entities;

    @Override
    public boolean handles(Event event) {
        return event.type().equals("host_payment");
    }

    @Override
    public void handle(Event event) {
        Objects.requireNonNull(entities)
                .persist(new Purchase(event.payload().json().path("purpose").asString()));
    }
}
