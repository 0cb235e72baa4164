package io.github.dingtalkinbox.internal.database;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the inbox uses in an application that has several databases, or a pool that it shares with the inbox.
 *
 * @param datasource Name of the DataSource bean that the inbox uses. Not set: the one annotated with InboxDataSource,
 *     otherwise the only or primary one.
 * @param transactionManager Name of its transaction manager bean. Not set: the one annotated with
 *     InboxTransactionManager, otherwise the only or primary one, otherwise the only one of that DataSource.
 * @param connections Number of connections of the pool. Needed if the pool does not tell it, as with Druid.
 * @param applicationConnections How many of them stay the application's own. Not set: a quarter.
 */
@ConfigurationProperties("inbox")
record DatabaseProperties(
        @Nullable String datasource,
        @Nullable String transactionManager,
        @Nullable Integer connections,
        @Nullable Integer applicationConnections) {
    DatabaseProperties {
        if (applicationConnections != null && applicationConnections < 0) {
            throw new IllegalArgumentException(
                    "inbox.application-connections must not be negative, but is " + applicationConnections);
        }
    }
}
