package io.github.dingtalkinbox.queue;

import io.github.dingtalkinbox.inbox.Backlog;
import io.github.dingtalkinbox.inbox.Processor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The queue of the inbox, and its workers. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class})
@EnableConfigurationProperties(QueueProperties.class)
class QueueConfiguration {
    private final WakeUp wakeUp = new WakeUp();

    @Bean
    RetryPolicy retryPolicy(QueueProperties properties) {
        return new RetryPolicy(
                properties.maxAttempts(), properties.initialBackoff(), properties.maxBackoff(), new Random());
    }

    @Bean
    Backlog inboxBacklog(DataSource dataSource, RetryPolicy retryPolicy, QueueProperties properties) {
        return new Queue(new QueuedEvents(JdbcClient.create(dataSource)), retryPolicy, wakeUp, properties.workers());
    }

    @Bean
    Dispatcher queueDispatcher(
            Processor processor,
            DataSource dataSource,
            PlatformTransactionManager transactions,
            RetryPolicy retryPolicy,
            QueueProperties properties) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        Worker worker = new Worker(
                processor,
                new QueuedEvents(jdbc),
                new OrderingLeases(jdbc),
                new TransactionTemplate(transactions),
                retryPolicy,
                node());
        return new Dispatcher(worker, wakeUp, properties.workers(), properties.pollInterval());
    }

    @Bean
    Repetition queueRepetition(Processor processor, DataSource dataSource) {
        return new Repetition(processor, new OperatorActions(JdbcClient.create(dataSource)));
    }

    private static String node() {
        long process = ProcessHandle.current().pid();
        try {
            return InetAddress.getLocalHost().getHostName() + "/" + process;
        } catch (UnknownHostException e) {
            return "process " + process;
        }
    }
}
