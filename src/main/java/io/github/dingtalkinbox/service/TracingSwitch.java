package io.github.dingtalkinbox.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Removes tracing from the service if {@code management.tracing.export.enabled} is false. Otherwise Spring Boot only
 * stops sending, and every callback still pays for its spans.
 */
final class TracingSwitch implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
    private static final String SWITCH = "management.tracing.export.enabled";
    private static final String EXCLUDE = "spring.autoconfigure.exclude";
    private static final String TRACING = "org.springframework.boot.micrometer.tracing.";
    private static final String OPEN_TELEMETRY = "org.springframework.boot.opentelemetry.autoconfigure.";
    private static final List<String> PARTS = List.of(
            TRACING + "autoconfigure.NoopTracerAutoConfiguration",
            TRACING + "opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
            TRACING + "opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration",
            OPEN_TELEMETRY + "OpenTelemetrySdkAutoConfiguration",
            OPEN_TELEMETRY + "logging.OpenTelemetryLoggingAutoConfiguration",
            OPEN_TELEMETRY + "logging.otlp.OtlpLoggingAutoConfiguration");

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent prepared) {
        ConfigurableEnvironment environment = prepared.getEnvironment();
        if (environment.getProperty(SWITCH, Boolean.class, true)) {
            return;
        }
        List<String> excluded = new ArrayList<>(Binder.get(environment)
                .bind(EXCLUDE, Bindable.listOf(String.class))
                .orElseGet(List::of));
        excluded.addAll(PARTS);
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("tracing", Map.of(EXCLUDE, String.join(",", excluded))));
    }
}
