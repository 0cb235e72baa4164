package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.internal.seal.SealHeads;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Health indicators, if the application has Spring Boot's actuator. They are named after the beans. */
@AutoConfiguration(
        afterName = {
            "io.github.dingtalkinbox.internal.intake.InboxConfiguration",
            "io.github.dingtalkinbox.internal.queue.QueueConfiguration",
            "io.github.dingtalkinbox.internal.seal.SealConfiguration",
            "io.github.dingtalkinbox.internal.retention.RetentionConfiguration",
            "io.github.dingtalkinbox.internal.stream.StreamConfiguration"
        })
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@ConditionalOnClass(HealthIndicator.class)
class HealthConfiguration {
    @Bean
    @ConditionalOnEnabledHealthIndicator("inbox-database")
    DatabaseHealthIndicator inboxDatabaseHealthIndicator(InboxDatabase database, ProvenTransactions transactions) {
        return new DatabaseHealthIndicator(database.dataSource(), transactions.commits());
    }

    @Bean
    @ConditionalOnBean(QueueLevels.class)
    @ConditionalOnEnabledHealthIndicator("inbox-dead-letters")
    WarningHealthIndicator inboxDeadLettersHealthIndicator(QueueLevels queue) {
        return WarningHealthIndicator.ofDeadLetters(queue);
    }

    @Bean
    @ConditionalOnBean(Schema.class)
    @ConditionalOnEnabledHealthIndicator("inbox-standbys")
    WarningHealthIndicator inboxStandbysHealthIndicator(Schema schema) {
        return WarningHealthIndicator.ofStandbys(schema::asynchronousStandbys);
    }

    @Bean
    @ConditionalOnBean(SealHeads.class)
    @ConditionalOnEnabledHealthIndicator("inbox-seal-heads")
    WarningHealthIndicator inboxSealHeadsHealthIndicator(SealHeads heads) {
        return WarningHealthIndicator.ofSealHeads(heads::overdue);
    }

    @Bean
    @ConditionalOnBean(Retention.class)
    @ConditionalOnEnabledHealthIndicator("inbox-cleanup")
    WarningHealthIndicator inboxCleanupHealthIndicator(Retention retention) {
        return WarningHealthIndicator.ofCleanup(retention::overdueDays);
    }

    @Bean
    @ConditionalOnBean(StreamLevels.class)
    @ConditionalOnEnabledHealthIndicator("inbox-stream")
    StreamHealthIndicator inboxStreamHealthIndicator(StreamLevels stream) {
        return new StreamHealthIndicator(stream);
    }
}
