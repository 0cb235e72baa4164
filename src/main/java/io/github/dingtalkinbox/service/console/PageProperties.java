package io.github.dingtalkinbox.service.console;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the pages of the console look.
 *
 * @param timeZone Time zone of the times that the pages show and are asked for. Not set: that of the machine.
 */
@ConfigurationProperties("inbox.console.pages")
record PageProperties(@Nullable ZoneId timeZone) {
    ZoneId zone() {
        return timeZone == null ? ZoneId.systemDefault() : timeZone;
    }
}
