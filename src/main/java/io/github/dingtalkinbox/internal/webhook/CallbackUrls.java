package io.github.dingtalkinbox.internal.webhook;

import jakarta.servlet.ServletContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Logs the callback URLs at the start of a host application. */
record CallbackUrls(Apps apps, ServletContext application, Environment environment)
        implements ApplicationListener<ApplicationReadyEvent> {
    private static final Logger log = LoggerFactory.getLogger(CallbackUrls.class);

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (apps.isEmpty()) {
            log.info("There is no callback URL, because no app under inbox.apps has a token");
        }
        // Known once the server listens; unknown if the server is not part of the application.
        String port = environment.getProperty("local.server.port");
        for (String app : apps.names()) {
            log.info(
                    "Callback URL of the app {}: {}{}{}",
                    app,
                    application.getContextPath(),
                    Apps.path(app),
                    port == null ? "" : ", on port " + port);
        }
    }
}
