package io.github.dingtalkinbox.internal.operations;

import io.github.dingtalkinbox.internal.processing.Processor;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an operator does inside the running application. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
class OperationsConfiguration {
    @Bean
    Repetition inboxQueueRepetition(Processor processor, DataSource dataSource) {
        return new Repetition(processor, new OperatorActions(JdbcClient.create(dataSource)));
    }
}
