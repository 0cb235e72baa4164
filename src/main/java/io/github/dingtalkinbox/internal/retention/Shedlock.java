package io.github.dingtalkinbox.internal.retention;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code shedlock} table. It is only looked at here: the library of this name writes it. */
final class Shedlock {
    private static final String FIND = """
            select locked_by, lock_until
              from inbox.shedlock
             where name = :name
               and lock_until > timezone('utc', now())
            """;

    private final JdbcClient jdbc;

    Shedlock(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Who has a lock; empty if nobody does. */
    Optional<Holder> find(String name) {
        return jdbc.sql(FIND)
                .param("name", name)
                .query((row, n) -> new Holder(
                        row.getString("locked_by"),
                        row.getObject("lock_until", LocalDateTime.class).toInstant(ZoneOffset.UTC)))
                .optional();
    }

    /** @param until when it runs out if its holder is gone */
    record Holder(String name, Instant until) {}
}
