package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.retention.RetentionProperties;
import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** What is there, in the service and in a host application. */
@Postgres
class HealthConfigurationPostgresTest {
    private final ApplicationContextRunner host;
    private final Schema schema;
    private final DataSource dataSource;

    HealthConfigurationPostgresTest(TestDatabase database) {
        this.schema = new Schema(database.dataSource());
        this.dataSource = database.dataSource();
        var manager = new JdbcTransactionManager(database.dataSource());
        this.host = new ApplicationContextRunner()
                .withBean(InboxDatabase.class, () -> new InboxDatabase(database.dataSource(), () -> manager))
                .withBean(
                        ProvenTransactions.class,
                        () -> new ProvenTransactions(
                                database.dataSource(),
                                manager,
                                Runnable::run,
                                Duration.ofSeconds(30),
                                new TimeLimits(),
                                () -> {}))
                .withConfiguration(AutoConfigurations.of(HealthConfiguration.class));
    }

    @Test
    void deadLettersAreAWarningForTheServiceAndLeaveItReady() {
        service().withBean(QueueLevels.class, () -> () -> dead(3)).run(context -> {
            start(context);
            HealthEndpoint health = context.getBean(HealthEndpoint.class);
            Status status = health.health().getStatus();

            assertThat(status).isEqualTo(WarningHealthIndicator.WARNING);
            assertThat(context.getBean(HttpCodeStatusMapper.class).getStatusCode(status))
                    .isEqualTo(200);
            assertThat(status(health, "inboxDeadLetters")).isEqualTo(WarningHealthIndicator.WARNING);
            assertThat(status(health, "readiness", "inboxDatabase")).isEqualTo(Status.UP);
            assertThat(health.healthForPath("readiness", "inboxDeadLetters")).isNull();
        });
    }

    @Test
    void aRefusedConnectionIsAWarningForTheServiceAndLeavesItReady() {
        service()
                .withBean(StreamLevels.class, () -> HealthConfigurationPostgresTest::refused)
                .run(context -> {
                    start(context);
                    HealthEndpoint health = context.getBean(HealthEndpoint.class);

                    assertThat(health.health().getStatus()).isEqualTo(WarningHealthIndicator.WARNING);
                    assertThat(status(health, "inboxStream")).isEqualTo(WarningHealthIndicator.WARNING);
                    assertThat(health.healthForPath("readiness", "inboxStream")).isNull();
                    assertThat(health.healthForPath("liveness", "inboxStream")).isNull();
                });
    }

    @Test
    void withoutDeadLettersAndStandbysTheServiceIsUp() {
        service()
                .withBean(QueueLevels.class, () -> () -> dead(0))
                .withBean(Schema.class, () -> schema)
                .withBean(Retention.class, this::retention)
                .run(context -> {
                    start(context);
                    HealthEndpoint health = context.getBean(HealthEndpoint.class);
                    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
                    assertThat(status(health, "inboxStandbys")).isEqualTo(Status.UP);
                    assertThat(status(health, "inboxCleanup")).isEqualTo(Status.UP);
                    assertThat(health.healthForPath("inboxStream")).isNull();
                });
    }

    @Test
    void aHostWithoutActuatorStarts() {
        host.withClassLoader(
                        new FilteredClassLoader("org.springframework.boot.health", "org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("inboxDatabaseHealthIndicator"));
    }

    @Test
    void eachCheckCanBeSwitchedOff() {
        host.withBean(QueueLevels.class, () -> () -> dead(3))
                .withBean(Schema.class, () -> schema)
                .withBean(Retention.class, this::retention)
                .withBean(StreamLevels.class, () -> HealthConfigurationPostgresTest::refused)
                .withPropertyValues(
                        "management.health.inbox-database.enabled=false",
                        "management.health.inbox-dead-letters.enabled=false",
                        "management.health.inbox-cleanup.enabled=false",
                        "management.health.inbox-standbys.enabled=false",
                        "management.health.inbox-stream.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    }

    private Retention retention() {
        var properties = new RetentionProperties(
                Duration.ofDays(30), Duration.ofDays(90), List.of(), "-", null, 1, Duration.ZERO, null, null);
        return Retention.on(dataSource, properties, null, "here", CleanupListener.NONE);
    }

    private static List<StreamConnection> refused() {
        return List.of(new StreamConnection("default", 1, ConnectionState.REFUSED, Instant.EPOCH, null, "401", true));
    }

    private static Map<QueueState, QueueDepth> dead(long depth) {
        return Map.of(QueueState.DEAD, new QueueDepth(depth, Duration.ZERO));
    }

    private ApplicationContextRunner service() {
        return host.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addLast(new PropertiesPropertySource("service", defaults())))
                .withConfiguration(AutoConfigurations.of(
                        EndpointAutoConfiguration.class,
                        HealthContributorAutoConfiguration.class,
                        HealthContributorRegistryAutoConfiguration.class,
                        HealthEndpointAutoConfiguration.class,
                        AvailabilityHealthContributorAutoConfiguration.class,
                        AvailabilityProbesAutoConfiguration.class,
                        ApplicationAvailabilityAutoConfiguration.class));
    }

    /** What a SpringApplication does at the end of its start. */
    private static void start(ApplicationContext context) {
        AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
        AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
    }

    private static Status status(HealthEndpoint health, String... path) {
        return Objects.requireNonNull(health.healthForPath(path)).getStatus();
    }

    private static Properties defaults() {
        try {
            return PropertiesLoaderUtils.loadProperties(
                    new ClassPathResource("dingtalk-inbox/service/service.properties"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
