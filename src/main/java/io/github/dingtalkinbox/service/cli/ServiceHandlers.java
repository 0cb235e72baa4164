package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.embedded.RunningServer;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;

/**
 * The service with all its handlers, for a command that needs them: without its web server, and without background work
 * such as the workers of the queue. The service may run at the same time.
 */
final class ServiceHandlers {
    /** Before logging is set up, and before the configuration files are read. */
    private static final int FIRST = Ordered.HIGHEST_PRECEDENCE;

    /** Only the command itself writes to the terminal; and there are no more connections than it needs. */
    private static final Map<String, Object> QUIET = Map.of(
            "logging.level.root",
            "warn",
            "logging.level.org.springframework",
            "off",
            "spring.main.banner-mode",
            "off",
            "spring.datasource.hikari.minimum-idle",
            0,
            "spring.datasource.hikari.data-source-properties.ApplicationName",
            "dingtalk-inbox command");

    private final SpringApplication service;
    private final List<String> properties;

    ServiceHandlers(SpringApplication service, List<String> properties) {
        this.service = service;
        this.properties = List.copyOf(properties);
    }

    /**
     * Starts them.
     *
     * @return the context, to be closed
     * @throws UsageException if they cannot be started
     */
    ConfigurableApplicationContext start() {
        service.setWebApplicationType(WebApplicationType.NONE);
        service.setLogStartupInfo(false);
        service.addListeners(new Quiet());
        service.addInitializers(new RunningServer(), ServiceHandlers::letNothingStart);
        try {
            return service.run(properties.toArray(String[]::new));
        } catch (RuntimeException e) {
            throw new UsageException("The handlers of the service cannot be started here: "
                    + NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        }
    }

    /** All background work is a {@code SmartLifecycle}, which this processor would start. */
    private static void letNothingStart(ConfigurableApplicationContext context) {
        var none = new DefaultLifecycleProcessor() {
            @Override
            public void onRefresh() {}
        };
        none.setBeanFactory(context.getBeanFactory());
        context.getBeanFactory().registerSingleton(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, none);
    }

    private static final class Quiet implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
        private static final String DEFAULTS = "defaultProperties";

        @Override
        public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
            MutablePropertySources sources = event.getEnvironment().getPropertySources();
            var quiet = new MapPropertySource("command", QUIET);
            if (sources.contains(DEFAULTS)) {
                sources.addBefore(DEFAULTS, quiet);
            } else {
                sources.addLast(quiet);
            }
        }

        @Override
        public int getOrder() {
            return FIRST;
        }
    }
}
