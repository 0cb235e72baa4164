package io.github.dingtalkinbox.internal.telemetry.timing;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The recorder of handling times, and its schedule. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
class TimingConfiguration {
    @Bean
    Recorder handlingTimesRecorder(DataSource dataSource, Clock clock) {
        return new Recorder(new HandlingTimes(dataSource), clock);
    }

    @Bean
    RecorderJob handlingTimesJob(Recorder recorder) {
        return new RecorderJob(recorder);
    }
}
