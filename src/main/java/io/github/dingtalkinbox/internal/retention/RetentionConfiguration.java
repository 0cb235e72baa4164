package io.github.dingtalkinbox.internal.retention;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The cleanup, and its schedule. */
@AutoConfiguration(afterName = "io.github.dingtalkinbox.internal.intake.InboxConfiguration")
@EnableConfigurationProperties(RetentionProperties.class)
class RetentionConfiguration {
    @Bean
    Retention retention(
            DataSource dataSource,
            RetentionProperties properties,
            ObjectProvider<CleanupListener> listener,
            Clock clock) {
        return Retention.on(
                dataSource, properties, origin(), listener.getIfAvailable(() -> CleanupListener.NONE), clock);
    }

    @Bean
    RetentionJob retentionJob(
            Retention retention,
            RetentionProperties properties,
            Clock clock,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration phase) {
        CleanupOrder order = new CleanupOrder("schedule", origin(), "inbox.retention.schedule", null);
        return new RetentionJob(
                retention,
                properties.schedule(),
                order,
                clock,
                phase.multipliedBy(2).dividedBy(3));
    }

    private static String origin() {
        long process = ProcessHandle.current().pid();
        try {
            return InetAddress.getLocalHost().getHostName() + "/" + process;
        } catch (UnknownHostException e) {
            return "process " + process;
        }
    }
}
