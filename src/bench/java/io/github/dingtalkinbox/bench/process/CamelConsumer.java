package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Apache Camel's idempotent consumer with its JDBC repository (pages "Idempotent Consumer" and "SQL", part "Using the JDBC
 * based idempotent repository"), which makes its own table. Repository and business update take part in the caller's
 * transaction.
 */
final class CamelConsumer implements Contender {
    private static final String EVENT_ID = "eventId";

    private final CamelContext camel = new DefaultCamelContext();
    private final ProducerTemplate producer;
    private final TransactionTemplate transaction;

    CamelConsumer(TestDatabase database) throws Exception {
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        BusinessUpdate update = new BusinessUpdate(database.dataSource());
        var repository = new JdbcMessageIdRepository(database.dataSource(), transaction, "callbacks");
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:callbacks")
                        .idempotentConsumer(header(EVENT_ID), repository)
                        .process(exchange -> update.make(exchange.getMessage().getMandatoryBody(Event.class)));
            }
        });
        camel.start();
        this.producer = camel.createProducerTemplate();
    }

    @Override
    public String name() {
        return "Apache Camel " + camel.getVersion();
    }

    @Override
    public void deliver(Event event) {
        transaction.executeWithoutResult(
                status -> producer.sendBodyAndHeader("direct:callbacks", event, EVENT_ID, event.id()));
    }

    @Override
    public void close() {
        camel.stop();
    }
}
