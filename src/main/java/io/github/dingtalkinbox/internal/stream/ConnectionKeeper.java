package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.apps.AppKeys.Keys;
import io.github.dingtalkinbox.internal.stream.GatewayConnection.Context;
import io.github.dingtalkinbox.internal.stream.GatewayConnection.End;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.github.dingtalkinbox.internal.stream.StreamListener.Ending;
import io.github.dingtalkinbox.internal.text.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection of an app to DingTalk, on a thread of its own:
 *
 * <ol>
 *   <li>Open a connection, and wait until something has been received on it.
 *   <li>Now close the one before it, if there is one: it has been read until here, and for another 10 s.
 *   <li>Wait until this one has to be left: DingTalk asks for it, it is old, or it has ended. Repeat.
 * </ol>
 *
 * <p>If opening fails, it is tried again after a while, and meanwhile the one before it stays.
 */
final class ConnectionKeeper implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionKeeper.class);

    private final String app;
    private final int number;
    private final Keys keys;
    private final Gateway gateway;
    private final Context context;
    private final StreamTimes times;
    private final Backoff backoff;
    private final Pulse pulse;
    private final Set<GatewayConnection> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Stage stage;

    /** For the thread of {@link #run} alone. */
    private @Nullable GatewayConnection current;

    ConnectionKeeper(
            String app,
            int number,
            Keys keys,
            Gateway gateway,
            Context context,
            StreamTimes times,
            RandomGenerator random) {
        this.app = app;
        this.number = number;
        this.keys = keys;
        this.gateway = gateway;
        this.context = context;
        this.times = times;
        this.backoff = new Backoff(random);
        this.pulse = new Pulse(context.clock());
        this.stage = new Stage(ConnectionState.CONNECTING, context.clock().instant(), null);
    }

    @Override
    public void run() {
        try {
            while (true) {
                try {
                    keep();
                } catch (RuntimeException | Error e) { // such as no memory for a thread: it may pass
                    Duration pause = backoff.next();
                    log.error("{} has failed. It is tried again in {} ms", this, pause.toMillis(), e);
                    enter(ConnectionState.CONNECTING, Printable.line("it has failed: " + e, 300));
                    pause(pause);
                }
            }
        } catch (InterruptedException e) {
            context.listener().ended(app, Ending.STOPPED);
        }
    }

    /** One round. */
    private void keep() throws InterruptedException {
        GatewayConnection next;
        try {
            next = open();
        } catch (OpenFailed e) {
            failed(e);
            return;
        }
        GatewayConnection before = current;
        current = next;
        if (before != null) {
            closeLater(before);
        }
        long since = System.nanoTime();
        enter(ConnectionState.CONNECTED, null);
        log.info("{} is open", this);
        End end = awaitEnd(next);
        context.listener().ended(app, end.reason());
        boolean wasShort = System.nanoTime() - since < times.shortLife().toNanos();
        if (next.hasWorked() && !wasShort) {
            backoff.reset();
        }
        String why = end.why();
        if (why != null || wasShort) {
            Duration pause = backoff.next();
            log.warn("{} has ended: {}. A new one is opened in {} ms", this, reason(end), pause.toMillis());
            enter(ConnectionState.CONNECTING, reason(end));
            pause(pause);
        }
    }

    private static String reason(End end) {
        return end.why() == null ? "DingTalk asked for a new one" : Printable.line(end.why(), 300);
    }

    private GatewayConnection open() throws OpenFailed, InterruptedException {
        GatewayConnection connection = new GatewayConnection(app, context, pulse);
        open.add(connection);
        try {
            gateway.open(keys, connection);
            CompletableFuture.anyOf(connection.firstSign(), connection.leaving())
                    .get(times.firstSign().toMillis(), TimeUnit.MILLISECONDS);
            if (connection.firstSign().isDone()) {
                return connection;
            }
            throw OpenFailed.unavailable("it was closed before anything was received", null);
        } catch (TimeoutException e) {
            connection.abort(Ending.SILENT, null);
            throw OpenFailed.unavailable(
                    "nothing was received within " + times.firstSign().toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (OpenFailed | InterruptedException | RuntimeException | Error e) {
            connection.abort(Ending.FAILED, null);
            throw e;
        }
    }

    private void failed(OpenFailed failure) throws InterruptedException {
        context.listener().ended(app, failure.ending());
        String why = String.valueOf(failure.getMessage());
        if (failure.isPermanent()) {
            boolean isSaid = stage.state() == ConnectionState.REFUSED; // at most the number of the request differs
            enter(ConnectionState.REFUSED, why);
            if (!isSaid) {
                log.error(
                        "{} is refused, and no event comes by it until this is mended: {}. It is tried again every {} s",
                        this,
                        why,
                        times.afterRefusal().toSeconds());
            }
            pause(times.afterRefusal());
        } else {
            Duration pause = backoff.next();
            enter(ConnectionState.CONNECTING, why);
            log.warn("{} is not open: {}. It is tried again in {} ms", this, why, pause.toMillis());
            pause(pause);
        }
    }

    private End awaitEnd(GatewayConnection connection) throws InterruptedException {
        try {
            return connection.leaving().get(times.life().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            connection.leave(Ending.END_OF_LIFE);
            return connection.leaving().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void closeLater(GatewayConnection left) {
        CompletableFuture.delayedExecutor(times.lastFrames().toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    var unused = left.close();
                });
    }

    private void pause(Duration time) throws InterruptedException {
        if (stopped.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("It is stopped");
        }
    }

    /** Looks after its connections; called about once a second. */
    void check() {
        open.removeIf(GatewayConnection::isOver); // until then, a stop has to wait for its events
        open.forEach(connection -> connection.check(times.watchdog()));
    }

    /**
     * Ends it. Its thread has to be interrupted, too.
     *
     * @return completes when no connection is open any more, and none of their events is processed
     */
    CompletableFuture<?> stop() {
        stopped.countDown();
        CompletableFuture<?> closed = CompletableFuture.allOf(
                open.stream().map(GatewayConnection::close).toArray(CompletableFuture<?>[]::new));
        enter(ConnectionState.STOPPED, null);
        return closed;
    }

    StreamConnection level() {
        Stage now = stage;
        boolean isFailing =
                switch (now.state()) {
                    case REFUSED -> true;
                    case CONNECTING, CONNECTED -> pulse.silence().compareTo(times.watchdog()) >= 0;
                    case STOPPED -> false;
                };
        return new StreamConnection(app, number, now.state(), now.since(), pulse.latestAt(), now.problem(), isFailing);
    }

    private synchronized void enter(ConnectionState state, @Nullable String problem) {
        Stage before = stage;
        if (before.state() == ConnectionState.STOPPED) { // its thread may not have noticed yet
            return;
        }
        boolean goesOn = before.state() == state && state != ConnectionState.CONNECTED; // by a new one each time
        Instant since = goesOn ? before.since() : context.clock().instant();
        stage = new Stage(state, since, problem);
    }

    /** For the log. */
    @Override
    public String toString() {
        return "Stream connection " + number + " of the app " + app;
    }

    private record Stage(
            ConnectionState state, Instant since, @Nullable String problem) {}
}
