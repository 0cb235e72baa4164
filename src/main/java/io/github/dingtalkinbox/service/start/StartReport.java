package io.github.dingtalkinbox.service.start;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.annotation.Order;

/** Logs where the service can be reached, before everything else that is logged about this start. */
@Order(StartReport.ORDER)
public final class StartReport implements ApplicationListener<ApplicationReadyEvent> {
    public static final int ORDER = 0;

    private static final Logger log = LoggerFactory.getLogger(StartReport.class);

    private final OwnUrl url;
    private final List<String> callbacks;
    private final List<String> streaming;
    private final boolean hasConsole;

    /**
     * @param callbacks the paths of the callback URLs, within the application
     * @param streaming the names of the apps with Stream mode
     */
    StartReport(OwnUrl url, List<String> callbacks, List<String> streaming, boolean hasConsole) {
        this.url = url;
        this.callbacks = List.copyOf(callbacks);
        this.streaming = List.copyOf(streaming);
        this.hasConsole = hasConsole;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        url.find().ifPresent(found -> log.info("The service is ready. On this machine:{}", lines(found.toString())));
    }

    private String lines(String application) {
        StringBuilder lines = new StringBuilder();
        callbacks.forEach(
                path -> lines.append("\n  Callback URL:  ").append(application).append(path));
        streaming.forEach(app -> lines.append("\n  Stream mode:   the app ").append(app));
        lines.append("\n  Console:       ");
        return lines.append(
                        hasConsole
                                ? application + "/admin"
                                : "off, because no user is configured: set inbox.console.users, or inbox.console.oidc.issuer")
                .toString();
    }
}
