package io.github.dingtalkinbox.service.warmup;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.NestedExceptionUtils;

/**
 * Runs when all of the service has started, and before Boot says that it is ready: anyone who asks for the readiness sends
 * nothing yet. What fails here is only said: then the first callbacks warm the service up.
 */
final class WarmUp implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    private final Duration longest;
    private final Part database;
    private final Part callbackUrl;

    WarmUp(Duration longest, Part database, Part callbackUrl) {
        this.longest = longest;
        this.database = database;
        this.callbackUrl = callbackUrl;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (longest.isZero()) {
            return;
        }
        long start = System.nanoTime();
        boolean isWarm = succeeds("the database", database, longest);
        isWarm &= succeeds("the callback URL", callbackUrl, longest.minusNanos(System.nanoTime() - start));
        if (isWarm) {
            log.info("Warmed up for {} ms", (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static boolean succeeds(String name, Part part, Duration limit) {
        try {
            part.run(limit);
            return true;
        } catch (Exception e) {
            log.warn(
                    "The warm-up of {} has failed, so the first callbacks may be answered late: {}",
                    name,
                    NestedExceptionUtils.getMostSpecificCause(e).toString());
            return false;
        }
    }

    /** A part of the way of a callback. */
    interface Part {
        /** Repeats it until it is warm or the time is up. */
        void run(Duration limit) throws Exception;
    }
}
