package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Timestamp;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The right answer without a library: a transaction per event, with {@code insert … on conflict do nothing} into the same
 * table, and the business update if a row was inserted. It keeps no record of duplicates.
 */
final class PlainInsert implements Contender {
    private static final String INSERT = """
            insert into processed_events
                   (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at, payload,
                    payload_sha256)
            values (?, ?, ?, ?, ?, 'http', ?, ?, cast(? as jsonb), ?)
                on conflict do nothing
            """;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final BusinessUpdate update;

    PlainInsert(TestDatabase database) {
        this.jdbc = new JdbcTemplate(database.dataSource());
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        this.update = new BusinessUpdate(database.dataSource());
    }

    @Override
    public String name() {
        return "insert on conflict, per event";
    }

    @Override
    public void deliver(Event event) {
        transaction.executeWithoutResult(status -> {
            int inserted = jdbc.update(
                    INSERT,
                    event.id(),
                    event.identity().naturalKey(),
                    event.app(),
                    event.corpId(),
                    event.type(),
                    event.occurredAt() == null ? null : Timestamp.from(event.occurredAt()),
                    Timestamp.from(event.delivery().receivedAt()),
                    event.payload().jsonb(),
                    event.payload().sha256());
            if (inserted == 1) {
                update.makeUnchecked(event);
            }
        });
    }

    @Override
    public void close() {}
}
