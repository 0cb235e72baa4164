package io.github.dingtalkinbox.internal.telemetry;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/** The recorder of handling times. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
class TimingConfiguration {
    @Bean
    Recorder inboxHandlingTimesRecorder(DataSource dataSource, Clock clock) {
        return new Recorder(new HandlingTimes(dataSource), clock);
    }
}
