package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.eventuate.common.jdbc.EventuateSchema;
import io.eventuate.common.spring.jdbc.EventuateSpringJdbcStatementExecutor;
import io.eventuate.common.spring.jdbc.EventuateSpringTransactionTemplate;
import io.eventuate.tram.consumer.common.DuplicateMessageDetector;
import io.eventuate.tram.consumer.jdbc.SqlTableBasedDuplicateMessageDetector;
import io.eventuate.tram.messaging.common.Message;
import io.eventuate.tram.messaging.common.SubscriberIdAndMessage;
import io.eventuate.tram.messaging.producer.MessageBuilder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Eventuate Tram's duplicate detector, with the table and the expression for the time of its PostgreSQL scripts. It opens
 * the transaction in which detector and business update take part.
 */
final class EventuateDetector implements Contender {
    private static final String TABLE = """
            create table received_messages (
              consumer_id varchar(1000), message_id varchar(1000), creation_time bigint, published smallint default 0,
              primary key (consumer_id, message_id))
            """;

    private final DuplicateMessageDetector detector;
    private final BusinessUpdate update;

    EventuateDetector(TestDatabase database) {
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        jdbc.execute(TABLE);
        var transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        this.detector = new SqlTableBasedDuplicateMessageDetector(
                new EventuateSchema(EventuateSchema.EMPTY_SCHEMA),
                "(ROUND(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000))",
                new EventuateSpringJdbcStatementExecutor(jdbc),
                new EventuateSpringTransactionTemplate(transaction));
        this.update = new BusinessUpdate(database.dataSource());
    }

    @Override
    public String name() {
        return "Eventuate Tram " + System.getProperty("eventuate-tram.version");
    }

    @Override
    public void deliver(Event event) {
        Message message = MessageBuilder.withPayload(event.payload().jsonb())
                .withHeader(Message.ID, event.id())
                .build();
        detector.doWithMessage(
                new SubscriberIdAndMessage("callbacks", message), () -> update.makeUnchecked(event));
    }

    @Override
    public void close() {}
}
