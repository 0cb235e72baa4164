package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.processing.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an operator does inside the running application. */
@Configuration(proxyBeanMethods = false)
class OperationsConfiguration {
    @Bean
    Repetition repetition(Processor processor, InboxDatabase database) {
        return new Repetition(processor, new OperatorActions(JdbcClient.create(database.dataSource())));
    }
}
