package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import java.time.Duration;
import java.util.function.Consumer;

/** Says that the gateway refused a client, once a minute at most. Safe for use by many threads. */
final class RefusedClients implements Consumer<String> {
    private static final int LONGEST_REASON = 200;
    private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

    private final Progress progress;
    private long saidAt = System.nanoTime() - INTERVAL;

    RefusedClients(Progress progress) {
        this.progress = progress;
    }

    @Override
    public synchronized void accept(String why) {
        long now = System.nanoTime();
        if (now - saidAt >= INTERVAL) {
            saidAt = now;
            progress.say(
                    "A client was refused: " + Printable.line(why, LONGEST_REASON) + ". If it is the service, start"
                            + " it again with the settings above: by itself, it tries again only after 5 minutes.");
        }
    }
}
