package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(SealProperties.class)
class SealConfiguration {
    // Not a condition: a key that the service makes up is not yet a property when conditions are evaluated.
    @Bean
    SealJob inboxSealJob(SealProperties properties, InboxDatabase database, SealHeads heads) {
        Sealer sealer = properties
                .keys()
                .map(keys -> new Sealer(database.dataSource(), keys, heads))
                .orElse(null);
        return new SealJob(sealer, heads, properties.interval());
    }

    @Bean
    SealHeads inboxSealHeads(SealProperties properties) {
        return properties.heads();
    }

    @Bean
    SealLevels inboxSealLevels(SealProperties properties, InboxDatabase database) {
        return new EventSealLevels(database.dataSource(), properties.keys().orElse(null));
    }
}
