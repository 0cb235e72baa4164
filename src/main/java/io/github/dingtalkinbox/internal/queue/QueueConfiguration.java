package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.internal.database.ConnectionPool;
import io.github.dingtalkinbox.internal.database.ConnectionShares;
import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.sql.UselessConnections;
import java.time.Duration;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The queue of the inbox, and its workers. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(QueueProperties.class)
class QueueConfiguration {
    private static final Logger log = LoggerFactory.getLogger(QueueConfiguration.class);

    @Bean
    RetryPolicy inboxRetryPolicy(QueueProperties properties) {
        return new RetryPolicy(
                properties.maxAttempts(), properties.initialBackoff(), properties.maxBackoff(), new Random());
    }

    @Bean
    WakeUp inboxWakeUp() {
        return new WakeUp();
    }

    @Bean
    ConnectionShares inboxConnectionShares(ConnectionPool pool, QueueProperties properties) {
        ConnectionShares shares = pool.share(properties.workers());
        log.info("{}", shares);
        return shares;
    }

    @Bean
    QueueLevels inboxQueueLevels(InboxDatabase database) {
        return new QueuedEventLevels(database.dataSource());
    }

    @Bean
    Dispatcher inboxQueueDispatcher(
            Processor processor,
            InboxDatabase database,
            ConnectionShares connections,
            RetryPolicy retryPolicy,
            Observers observers,
            WakeUp wakeUp,
            QueueProperties properties,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration phase) {
        Worker worker = new Worker(
                processor,
                JdbcClient.create(database.dataSource()),
                UselessConnections.discardedIfReadOnly(database.dataSource(), database.transactionManager()),
                retryPolicy,
                observers,
                NodeName.get());
        // Of the time that Spring gives us, some is for giving back the leases of what is not done.
        Duration patience = phase.multipliedBy(2).dividedBy(3);
        return new Dispatcher(worker, wakeUp, connections.workers(), properties.pollInterval(), patience);
    }
}
