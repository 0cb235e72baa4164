package io.github.dingtalkinbox.internal.operations;

import io.github.dingtalkinbox.internal.intake.Processor;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an operator does inside the running application. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
class OperationsConfiguration {
    @Bean
    Repetition queueRepetition(Processor processor, DataSource dataSource) {
        return new Repetition(processor, new OperatorActions(JdbcClient.create(dataSource)));
    }
}
