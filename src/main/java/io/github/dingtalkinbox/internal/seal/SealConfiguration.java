package io.github.dingtalkinbox.internal.seal;

import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The job that seals the event log, if there is a key for it. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(SealProperties.class)
class SealConfiguration {
    // Not by a condition: a key that the service made up is no property yet when conditions are asked.
    @Bean
    SealJob inboxSealJob(SealProperties properties, DataSource dataSource) {
        Sealer sealer = properties
                .keys()
                .map(keys -> new Sealer(dataSource, keys.current()))
                .orElse(null);
        return new SealJob(sealer, properties.interval());
    }

    @Bean
    SealLevels inboxSealLevels(SealProperties properties, DataSource dataSource) {
        return new EventSealLevels(dataSource, properties.keys().isPresent());
    }
}
