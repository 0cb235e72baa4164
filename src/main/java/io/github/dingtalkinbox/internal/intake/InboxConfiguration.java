package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.internal.database.ConnectionShares;
import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.intake.Inbox.Limits;
import io.github.dingtalkinbox.internal.processing.HandlerCheck;
import io.github.dingtalkinbox.internal.processing.Handlers;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.queue.RetryPolicy;
import io.github.dingtalkinbox.internal.queue.WakeUp;
import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.internal.schema.SchemaProperties;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** The inbox on the application's data source, with all its handlers. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.queue.QueueConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties({InboxProperties.class, SchemaProperties.class})
class InboxConfiguration {
    /** DingTalk is answered by then, whatever the database does. */
    private static final Duration GRACE = Duration.ofMillis(300);

    /** After the last moment at which a handler may still run, until its session is given up. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    @Bean
    @ConditionalOnMissingBean
    EventReader inboxEventReader(InboxProperties properties) {
        return new EventReader(properties.rules());
    }

    @Bean
    Schema inboxSchema(
            InboxDatabase database,
            SchemaProperties role,
            InboxProperties properties,
            @Value("${spring.application.name:}") String applicationName) {
        Schema schema = new Schema(database.dataSource(), role, nameOf(properties, applicationName));
        schema.prepare();
        return schema;
    }

    private static String nameOf(InboxProperties properties, String applicationName) {
        String name = properties.name();
        if (name != null && !name.isBlank()) {
            return name;
        }
        return applicationName.isBlank() ? Schema.DEFAULT_APPLICATION : applicationName;
    }

    @Bean
    Observers inboxObservers(ObjectProvider<Observer> observers) {
        return new Observers(observers.orderedStream().toList());
    }

    @Bean
    Handlers inboxHandlers(
            Schema prepared, ObjectProvider<EventHandler> handlers, InboxDatabase database, BeanFactory beans) {
        List<EventHandler> all = handlers.orderedStream().toList();
        all.forEach(new HandlerCheck(database::transactionManager, beans)::requireInside);
        return new Handlers(all);
    }

    @Bean
    TimeLimits inboxTimeLimits() {
        return new TimeLimits();
    }

    @Bean
    ProvenTransactions inboxTransactions(
            Schema prepared, InboxDatabase database, InboxProperties properties, TimeLimits timeLimits) {
        CustomizableThreadFactory daemons = new CustomizableThreadFactory("inbox-");
        daemons.setDaemon(true);
        // Platform threads: there are no more than connections, and every round trip of a transaction wakes its thread,
        // which takes less time than with a virtual one.
        Executor threads = Executors.newCachedThreadPool(daemons);
        return new ProvenTransactions(
                database.dataSource(),
                database.transactionManager(),
                threads,
                properties.handlerTimeout(),
                timeLimits,
                prepared::requireFitSession);
    }

    @Bean
    EventStore inboxEventStore(InboxDatabase database, InboxProperties properties) {
        return new EventStore(
                database.dataSource(),
                SharingPolicy.of(properties.deadline()).longestWait(),
                properties.handlerTimeout().plus(SILENCE));
    }

    @Bean
    Processor inboxProcessor(
            Schema prepared,
            ProvenTransactions transactions,
            EventStore store,
            Handlers handlers,
            Observers observers) {
        return new Processor(transactions, store, handlers, observers);
    }

    @Bean
    Inbox inboxReceiver(
            Handlers handlers,
            Processor processor,
            TimeLimits timeLimits,
            RetryPolicy retryPolicy,
            WakeUp wakeUp,
            InboxProperties properties,
            ConnectionShares connections,
            Observers observers) {
        return new Inbox(
                properties.mode(),
                properties.modes(),
                handlers,
                processor,
                timeLimits,
                retryPolicy,
                wakeUp,
                new Limits(
                        properties.deadline(),
                        GRACE,
                        properties.maxInFlight(),
                        connections.deliveries(),
                        connections.spare()),
                observers);
    }
}
