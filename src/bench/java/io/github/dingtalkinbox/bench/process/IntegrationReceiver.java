package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.testing.TestDatabase;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.integration.annotation.IdempotentReceiver;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.NullChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.handler.advice.IdempotentReceiverInterceptor;
import org.springframework.integration.jdbc.metadata.JdbcMetadataStore;
import org.springframework.integration.metadata.ConcurrentMetadataStore;
import org.springframework.integration.selector.MetadataStoreSelector;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.messaging.MessageHandler;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring Integration's idempotent receiver with its JDBC metadata store (reference, "Idempotent Receiver Enterprise
 * Integration Pattern" and "JDBC Metadata Store"), on the table of its own script. Store and business update take part in
 * the caller's transaction; duplicates go to a channel that drops them.
 */
final class IntegrationReceiver implements Contender {
    private static final String EVENT_ID = "eventId";

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final DirectChannel callbacks;
    private final TransactionTemplate transaction;

    IntegrationReceiver(TestDatabase database) {
        DataSource dataSource = database.dataSource();
        new ResourceDatabasePopulator(
                        new ClassPathResource("org/springframework/integration/jdbc/schema-postgresql.sql"))
                .execute(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        context.registerBean(DataSource.class, () -> dataSource);
        context.register(Flow.class);
        context.refresh();
        this.callbacks = context.getBean("callbacks", DirectChannel.class);
    }

    @Override
    public String name() {
        return "Spring Integration " + DirectChannel.class.getPackage().getImplementationVersion();
    }

    @Override
    public void deliver(Event event) {
        transaction.executeWithoutResult(status -> callbacks.send(
                MessageBuilder.withPayload(event).setHeader(EVENT_ID, event.id()).build()));
    }

    @Override
    public void close() {
        context.close();
    }

    /** No {@code @Configuration}: the service would find it, and start it too. */
    @EnableIntegration
    static class Flow {
        @Bean
        DirectChannel callbacks() {
            return new DirectChannel();
        }

        @Bean
        ConcurrentMetadataStore store(DataSource dataSource) {
            return new JdbcMetadataStore(dataSource);
        }

        @Bean
        IdempotentReceiverInterceptor once(ConcurrentMetadataStore store) {
            var interceptor = new IdempotentReceiverInterceptor(new MetadataStoreSelector(
                    message -> String.valueOf(message.getHeaders().get(EVENT_ID)), store));
            interceptor.setDiscardChannel(new NullChannel());
            return interceptor;
        }

        @Bean
        @ServiceActivator(inputChannel = "callbacks")
        @IdempotentReceiver("once")
        MessageHandler handler(DataSource dataSource) {
            BusinessUpdate update = new BusinessUpdate(dataSource);
            return message -> update.makeUnchecked((Event) message.getPayload());
        }
    }
}
