package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.InboxDataSource;
import io.github.dingtalkinbox.InboxTransactionManager;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;

/** Finds the data source, transaction manager and pool of the inbox among those of the application. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseConfiguration {
    @Bean
    InboxDatabase inboxDatabase(
            ListableBeanFactory beans,
            DatabaseProperties properties,
            @InboxDataSource ObjectProvider<DataSource> annotated,
            ObjectProvider<DataSource> usual,
            @InboxTransactionManager ObjectProvider<PlatformTransactionManager> annotatedManager,
            ObjectProvider<PlatformTransactionManager> usualManager) {
        Candidates<DataSource> candidates =
                new Candidates<>(beans, DataSource.class, "inbox.datasource", "@InboxDataSource");
        DataSource dataSource = candidates
                .chosen(properties.datasource(), annotated)
                .or(() -> Optional.ofNullable(usual.getIfUnique()))
                .orElseThrow(() -> none(candidates));
        TransactionManagers managers = new TransactionManagers(
                new Candidates<>(
                        beans,
                        PlatformTransactionManager.class,
                        "inbox.transaction-manager",
                        "@InboxTransactionManager"),
                dataSource);
        return new InboxDatabase(
                dataSource, () -> managers.find(properties.transactionManager(), annotatedManager, usualManager));
    }

    private static ConfigurationProblem none(Candidates<DataSource> candidates) {
        return candidates.all().isEmpty()
                ? new ConfigurationProblem(
                        "The inbox needs a DataSource for PostgreSQL, and the application has none.",
                        "Set spring.datasource.url, or switch the inbox off: inbox.enabled=false.")
                : candidates.problem("There are several DataSources, and none is marked as the inbox's.");
    }

    @Bean
    ConnectionPool inboxConnectionPool(
            InboxDatabase database,
            DatabaseProperties properties,
            ObjectProvider<DataSourcePoolMetadataProvider> known) {
        return new ConnectionPool(
                database.dataSource(), properties, known.orderedStream().toList());
    }
}
