package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.EventHandler;
import io.github.dingtalkinbox.event.EventReader;
import io.github.dingtalkinbox.schema.Schema;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;

/** The inbox on the application's data source, with all its handlers. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class})
@EnableConfigurationProperties(InboxProperties.class)
class InboxConfiguration {
    @Bean
    @ConditionalOnMissingBean
    Clock inboxClock() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean
    EventReader eventReader(InboxProperties properties) {
        return new EventReader(properties.rules());
    }

    @Bean
    Schema inboxSchema(DataSource dataSource) {
        Schema schema = new Schema(dataSource);
        schema.prepare();
        return schema;
    }

    @Bean
    Inbox inbox(
            Schema prepared,
            DataSource dataSource,
            PlatformTransactionManager transactions,
            ObjectProvider<EventHandler> handlers) {
        return new Inbox(dataSource, transactions, handlers.orderedStream().toList());
    }
}
