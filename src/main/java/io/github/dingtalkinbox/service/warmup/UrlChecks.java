package io.github.dingtalkinbox.service.warmup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.service.start.OwnCallbacks.OwnCallback;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks of the callback URL over HTTP, as DingTalk makes them: everything that a callback passes except the database. */
final class UrlChecks {
    private static final Logger log = LoggerFactory.getLogger(UrlChecks.class);
    private static final int CLIENTS = 4;
    private static final int CHECKS_OF_EACH = 50;

    private final OwnCallback check;

    UrlChecks(OwnCallback check) {
        this.check = check;
    }

    /**
     * Sends checks until the answers get no faster.
     *
     * @param application its URL; empty: it does not listen
     * @param limit after which no further check is sent
     * @throws IOException if one was not answered 200
     */
    void send(Optional<URI> application, Duration limit) throws Exception {
        Optional<URI> plain = application.filter(url -> url.getScheme().equals("http"));
        if (plain.isEmpty()) {
            log.debug("The service does not use plain HTTP, so its callback URL is not warmed up");
            return;
        }
        URL url = new URI(plain.get() + check.target()).toURL();
        long end = System.nanoTime() + limit.toNanos();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            int rounds = Rounds.play(() -> round(clients, url, end), () -> millisUntil(end) <= 0);
            log.debug("{} checks of the callback URL", rounds * CLIENTS * CHECKS_OF_EACH);
        } finally {
            clients.shutdownNow();
        }
    }

    private long round(ExecutorService clients, URL url, long end) throws Exception {
        long start = System.nanoTime();
        Callable<Boolean> client = () -> {
            int left = CHECKS_OF_EACH;
            while (left > 0 && isAnswered(url, millisUntil(end))) {
                left--;
            }
            return left == 0;
        };
        for (Future<Boolean> sent : clients.invokeAll(Collections.nCopies(CLIENTS, client))) {
            await(sent);
        }
        return System.nanoTime() - start;
    }

    private static void await(Future<?> sent) throws Exception {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : e;
        }
    }

    /** Whether the check was sent and answered within this time. */
    private boolean isAnswered(URL url, int millis) throws IOException {
        try {
            if (millis > 0) {
                post(url, millis);
            }
            return millis > 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private void post(URL url, int millis) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(check.body().getBytes(UTF_8));
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("A check of the callback URL was answered " + connection.getResponseCode());
        }
        try (InputStream answer = connection.getInputStream()) {
            answer.readAllBytes(); // else the connection is not used again
        }
    }

    private static int millisUntil(long end) {
        return (int) ((end - System.nanoTime()) / 1_000_000);
    }
}
