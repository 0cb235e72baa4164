package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Shows a person at the terminal, about once a second, the progress of long work. Safe for use by many threads. */
final class Progress implements AutoCloseable {
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

    private final Terminal terminal;
    private long shownAt = System.nanoTime();
    private boolean isShown;

    Progress(Terminal terminal) {
        this.terminal = terminal;
    }

    /** @param how the progress: "Seals checked up to …" */
    synchronized void show(String how) {
        long now = System.nanoTime();
        if (terminal.interactive() && now - shownAt >= INTERVAL) {
            shownAt = now;
            isShown = true;
            terminal.err().print("\r" + how);
            terminal.err().flush();
        }
    }

    /** Prints a line of its own, whoever is watching. */
    synchronized void say(String line) {
        endShown();
        terminal.out().println(line);
        terminal.out().flush();
    }

    /** Shows how many of all have been done; to be run each time that one has. */
    Runnable counting(String what, int all) {
        var done = new AtomicInteger();
        return () -> show(what + ": " + done.incrementAndGet() + " of " + all);
    }

    @Override
    public synchronized void close() {
        endShown();
    }

    private void endShown() {
        if (isShown) {
            isShown = false;
            terminal.err().println();
        }
    }
}
