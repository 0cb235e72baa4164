package io.github.dingtalkinbox.service.console;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code inbox.console.pages.*}.
 *
 * @param timeZone Time zone of the times on the pages and in their forms. Not set: that of the machine.
 */
@ConfigurationProperties("inbox.console.pages")
record PageProperties(@Nullable ZoneId timeZone) {
    ZoneId zone() {
        return timeZone == null ? ZoneId.systemDefault() : timeZone;
    }
}
