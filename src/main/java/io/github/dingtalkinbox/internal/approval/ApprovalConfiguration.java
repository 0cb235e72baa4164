package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;

@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
class ApprovalConfiguration {
    /** First, so that handlers of the user see the approval as this event leaves it. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ApprovalHandler inboxApprovalHandler(InboxDatabase database) {
        JdbcClient jdbc = JdbcClient.create(database.dataSource());
        return new ApprovalHandler(new ApprovalInstances(jdbc), new ApprovalTasks(jdbc));
    }
}
