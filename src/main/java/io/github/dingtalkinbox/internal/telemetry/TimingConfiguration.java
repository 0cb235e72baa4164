package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
class TimingConfiguration {
    @Bean
    Recorder inboxHandlingTimesRecorder(InboxDatabase database) {
        return new Recorder(new HandlingTimes(database.dataSource()));
    }
}
