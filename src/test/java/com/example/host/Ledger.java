package com.example.host;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Business code that knows nothing of events. */
@Service
class Ledger {
    private final JdbcClient jdbc;

    Ledger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    void book(String purpose) {
        jdbc.sql("insert into bookings (purpose) values (:purpose)")
                .param("purpose", purpose)
                .update();
    }

    @Transactional
    void pay() {
        jdbc.sql("update accounts set balance = balance - 1").update();
    }
}
