package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import java.time.Duration;
import java.util.Random;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The queue of the inbox, and its workers. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(QueueProperties.class)
class QueueConfiguration {
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
    QueueLevels inboxQueueLevels(DataSource dataSource) {
        return new QueuedEventLevels(dataSource);
    }

    @Bean
    Dispatcher inboxQueueDispatcher(
            Processor processor,
            DataSource dataSource,
            PlatformTransactionManager transactions,
            RetryPolicy retryPolicy,
            Observers observers,
            WakeUp wakeUp,
            QueueProperties properties,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration phase) {
        Worker worker = new Worker(
                processor,
                JdbcClient.create(dataSource),
                new TransactionTemplate(transactions),
                retryPolicy,
                observers,
                NodeName.get());
        // Of the time that Spring gives us, some is for giving back the leases of what is not done.
        Duration patience = phase.multipliedBy(2).dividedBy(3);
        return new Dispatcher(worker, wakeUp, properties.workers(), properties.pollInterval(), patience);
    }
}
