package io.github.dingtalkinbox.internal.webhook;

import jakarta.servlet.ServletContext;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Says at the start of a host where callbacks are taken. */
final class CallbackUrls implements ApplicationListener<ApplicationReadyEvent> {
    private static final Logger log = LoggerFactory.getLogger(CallbackUrls.class);

    private final Set<String> apps;
    private final ServletContext application;
    private final Environment environment;

    CallbackUrls(Set<String> apps, ServletContext application, Environment environment) {
        this.apps = apps;
        this.application = application;
        this.environment = environment;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (apps.isEmpty()) {
            log.info("There is no callback URL, because no app is configured under inbox.apps");
        }
        // Known once the server listens, and not at all if it is not ours.
        String port = environment.getProperty("local.server.port");
        for (String app : apps) {
            log.info(
                    "Callback URL of the app {}: {}{}{}",
                    app,
                    application.getContextPath(),
                    WebhookConfiguration.path(app),
                    port == null ? "" : ", on port " + port);
        }
    }
}
