package io.github.dingtalkinbox.internal.intake;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.intake.Inbox.Limits;
import io.github.dingtalkinbox.internal.processing.HandlerCheck;
import io.github.dingtalkinbox.internal.processing.Handlers;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.queue.QueueProperties;
import io.github.dingtalkinbox.internal.queue.RetryPolicy;
import io.github.dingtalkinbox.internal.queue.WakeUp;
import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.internal.schema.SchemaProperties;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.transaction.PlatformTransactionManager;

/** The inbox on the application's data source, with all its handlers. */
@AutoConfiguration(
        after = {DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class},
        afterName = "io.github.dingtalkinbox.internal.queue.QueueConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties({InboxProperties.class, SchemaProperties.class})
class InboxConfiguration {
    private static final int OTHER_POOLS = 10;

    /** DingTalk is answered by then, whatever the database does. */
    private static final Duration GRACE = Duration.ofMillis(300);

    /** The lock of a recovery poll, and the page that it stores meanwhile; the seals; the handling times. */
    private static final int OTHER_CONNECTIONS = 4;

    /** After the last moment at which a handler may still run, until its session is given up. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    @Bean
    @ConditionalOnMissingBean
    Clock inboxClock() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean
    EventReader inboxEventReader(InboxProperties properties) {
        return new EventReader(properties.rules());
    }

    @Bean
    Schema inboxSchema(
            DataSource dataSource,
            SchemaProperties role,
            InboxProperties properties,
            @Value("${spring.application.name:}") String applicationName) {
        Schema schema = new Schema(dataSource, role, nameOf(properties, applicationName));
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
            Schema prepared,
            ObjectProvider<EventHandler> handlers,
            ObjectProvider<PlatformTransactionManager> transactions,
            BeanFactory beans) {
        List<EventHandler> all = handlers.orderedStream().toList();
        all.forEach(new HandlerCheck(transactions::getObject, beans)::requireInside);
        return new Handlers(all);
    }

    @Bean
    TimeLimits inboxTimeLimits() {
        return new TimeLimits();
    }

    @Bean
    ProvenTransactions inboxTransactions(
            DataSource dataSource,
            PlatformTransactionManager transactions,
            InboxProperties properties,
            TimeLimits timeLimits) {
        CustomizableThreadFactory daemons = new CustomizableThreadFactory("inbox-");
        daemons.setDaemon(true);
        // Platform threads: there are no more than connections, and each of a transaction's round trips wakes its
        // thread
        // faster.
        Executor threads = Executors.newCachedThreadPool(daemons);
        return new ProvenTransactions(dataSource, transactions, threads, properties.handlerTimeout(), timeLimits);
    }

    @Bean
    EventStore inboxEventStore(DataSource dataSource, InboxProperties properties) {
        return new EventStore(
                dataSource,
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
            QueueProperties queue,
            DataSource dataSource,
            Observers observers) {
        return new Inbox(
                properties.mode(),
                properties.modes(),
                handlers,
                processor,
                timeLimits,
                retryPolicy,
                wakeUp,
                limits(properties, dataSource, queue.workers()),
                observers);
    }

    @Bean
    Rehearsal inboxRehearsal(
            Inbox inbox,
            ProvenTransactions transactions,
            EventStore store,
            DataSource dataSource,
            InboxProperties properties,
            QueueProperties queue) {
        return new Rehearsal(
                inbox,
                transactions,
                store,
                SharingPolicy.of(properties.deadline()).longestWait(),
                limits(properties, dataSource, queue.workers()).connections());
    }

    /** The workers have their connections, deliveries that must be queued have theirs, the rest processes. */
    private static Limits limits(InboxProperties properties, DataSource dataSource, int workers) {
        int all = poolSize(dataSource);
        int spare = Math.max(1, all / 4);
        int processing = all - spare - workers;
        if (processing < 1) {
            throw new InvalidConfigurationPropertyValueException(
                    "spring.datasource.hikari.maximum-pool-size",
                    all,
                    "The pool has too few connections: inbox.queue.workers takes " + workers + " of them, " + spare
                            + " are kept for what has to be queued, and none is left to process deliveries with");
        }
        int connections = Math.max(1, processing - OTHER_CONNECTIONS);
        return new Limits(properties.deadline(), GRACE, properties.maxInFlight(), connections, spare);
    }

    private static int poolSize(DataSource dataSource) {
        HikariDataSource pool = SiblingPool.hikari(dataSource);
        return pool == null ? OTHER_POOLS : pool.getMaximumPoolSize();
    }
}
