package io.github.dingtalkinbox.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.cli.ReplyCheck.Refusal;
import io.github.dingtalkinbox.crypto.CallbackCrypto;
import io.github.dingtalkinbox.crypto.Envelope;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Sends deliveries, a limited number at a time, and has their replies checked. */
final class Sender {
    private final JsonMapper mapper = new JsonMapper();
    private final Tally tally = new Tally();
    private final URI url;
    private final Duration timeout;
    private final int concurrency;
    private final Semaphore free;
    private final CallbackCrypto crypto;
    private final ReplyCheck check;
    private final Clock clock;
    private final Runnable afterEvent;
    private final HttpClient client;

    Sender(Simulation simulation, Clock clock, Runnable afterEvent) {
        this.url = simulation.url();
        this.timeout = simulation.load().timeout();
        this.concurrency = simulation.load().concurrency();
        this.free = new Semaphore(concurrency);
        this.crypto = new CallbackCrypto(simulation.credentials());
        this.check = new ReplyCheck(mapper, crypto);
        this.clock = clock;
        this.afterEvent = afterEvent;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** Waits until one more delivery may be sent. */
    void awaitFree() throws InterruptedException {
        free.acquire();
        free.release();
    }

    /** Waits until each delivery has been answered or given up. */
    void awaitAll() throws InterruptedException {
        free.acquire(concurrency);
    }

    Tally tally() {
        return tally;
    }

    /** Sends a delivery with a timestamp, nonce and ciphertext of its own, and does not wait for the reply. */
    void send(Map<String, Object> event, boolean first) {
        HttpRequest request = request(event);
        free.acquireUninterruptibly();
        long sentAt = System.nanoTime();
        CompletableFuture<?> unused = client.sendAsync(request, BodyHandlers.ofByteArray())
                // The request's own timeout ends with the headers.
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((response, failure) -> {
                    try {
                        count(event, response, failure, System.nanoTime() - sentAt);
                        if (first) {
                            afterEvent.run();
                        }
                    } finally {
                        free.release();
                    }
                });
    }

    private HttpRequest request(Map<String, Object> event) {
        String nonce = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Envelope sealed = crypto.seal(mapper.writeValueAsBytes(event), Long.toString(clock.millis()), nonce);
        // A captured request had both names of the signature.
        String query = "signature=" + sealed.signature() + "&msg_signature=" + sealed.signature() + "&timestamp="
                + sealed.timestamp() + "&nonce=" + URLEncoder.encode(sealed.nonce(), UTF_8);
        return HttpRequest.newBuilder(URI.create(url + (url.getRawQuery() == null ? "?" : "&") + query))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(mapper.writeValueAsBytes(Map.of("encrypt", sealed.encrypt()))))
                .build();
    }

    private void count(
            Map<String, Object> event,
            @Nullable HttpResponse<byte[]> response,
            @Nullable Throwable failure,
            long nanos) {
        Object eventId = event.getOrDefault("eventId", "");
        if (response == null) {
            tally.refused(eventId, notAnswered(failure));
            return;
        }
        tally.took(nanos);
        check.refusal(response).ifPresentOrElse(r -> tally.refused(eventId, r), tally::answered);
    }

    private Refusal notAnswered(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
            return new Refusal("No answer within " + timeout.toMillis() + " ms", "DingTalk would deliver it again");
        }
        if (cause instanceof ConnectException) {
            return new Refusal("No connection to " + url, "is the service running?");
        }
        return new Refusal("The connection broke", String.valueOf(cause));
    }
}
