package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.bench.PlainRecord;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The right answer without a library: a transaction per event, with {@code insert … on conflict do nothing} into the same
 * table, and the business update if a row was inserted. It keeps no record of duplicates.
 */
final class PlainInsert implements Contender {
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
            int inserted = jdbc.update(PlainRecord.INSERT, PlainRecord.parameters(event));
            if (inserted == 1) {
                update.makeUnchecked(event);
            }
        });
    }

    @Override
    public void close() {}
}
