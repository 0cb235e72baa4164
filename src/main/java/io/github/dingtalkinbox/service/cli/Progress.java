package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Tells a person at the terminal, from time to time, which hour a long check has come to. For one thread. */
final class Progress implements Consumer<Instant>, AutoCloseable {
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

    private final Terminal terminal;
    private final AtomicLong shownAt = new AtomicLong(System.nanoTime());
    private final AtomicLong shown = new AtomicLong();

    Progress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void accept(Instant hour) {
        long now = System.nanoTime();
        if (terminal.interactive() && now - shownAt.get() >= INTERVAL) {
            shownAt.set(now);
            shown.incrementAndGet();
            terminal.err().print("\rSeals checked up to " + hour);
            terminal.err().flush();
        }
    }

    @Override
    public void close() {
        if (shown.get() > 0) {
            terminal.err().println();
        }
    }
}
