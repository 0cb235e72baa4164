package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.simulator.ReplyCheck.RefusedReply;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Sends deliveries, a limited number at a time, checks their replies, and writes the journal. */
final class Sender {
    private final JsonMapper mapper = new JsonMapper();
    private final Tally tally = new Tally();
    private final List<URI> urls;
    private final Duration timeout;
    private final int concurrency;
    private final Semaphore free;
    private final CallbackCrypto crypto;
    private final ReplyCheck check;
    private final Clock clock;
    private final Consumer<JournalEntry> journal;
    private final Answered answered;
    private final AtomicReference<@Nullable RuntimeException> failed = new AtomicReference<>();
    private final HttpClient client;

    /** @param answered called after each delivery, before another may be sent in its place, on any thread */
    Sender(Simulation simulation, Clock clock, Consumer<JournalEntry> journal, Answered answered) {
        this.urls = simulation.urls();
        this.timeout = simulation.load().timeout();
        this.concurrency = simulation.load().concurrency();
        this.free = new Semaphore(concurrency);
        this.crypto = new CallbackCrypto(simulation.credentials());
        this.check = new ReplyCheck(mapper, crypto);
        this.clock = clock;
        this.journal = journal;
        this.answered = answered;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** Waits until one more delivery may be sent. */
    void awaitFree() throws InterruptedException {
        free.acquire();
        free.release();
        requireNoFailure();
    }

    /** Whether each delivery was answered or given up. */
    boolean isIdle() {
        return free.availablePermits() == concurrency;
    }

    Tally tally() {
        return tally;
    }

    /** Throws the failure of the journal, if any: deliveries that are not in it would not count. */
    void requireNoFailure() {
        RuntimeException failure = failed.get();
        if (failure != null) {
            throw failure;
        }
    }

    /** Sends a delivery with its own timestamp, nonce and ciphertext, and does not wait for the reply. */
    void send(Push push) {
        int delivery = push.event().nextDelivery();
        URI url = urls.get((push.event().number() + delivery - 1) % urls.size());
        HttpRequest request = request(push.fields(), url);
        free.acquireUninterruptibly();
        long sentAt = System.nanoTime();
        CompletableFuture<?> unused = client.sendAsync(request, BodyHandlers.ofByteArray())
                // The request's own timeout ends with the headers.
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((response, failure) -> {
                    try {
                        Optional<RefusedReply> refusal = refusal(response, failure, url, System.nanoTime() - sentAt);
                        journal.accept(entry(push.event(), delivery, url, refusal));
                        count(push.event(), refusal);
                        answered.accept(push, refusal.isEmpty());
                    } catch (RuntimeException e) {
                        failed.compareAndSet(null, e);
                    } finally {
                        free.release();
                    }
                });
    }

    private HttpRequest request(Map<String, Object> event, URI url) {
        String nonce = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Envelope sealed = crypto.seal(mapper.writeValueAsBytes(event), Long.toString(clock.millis()), nonce);
        return HttpRequest.newBuilder(URI.create(url + (url.getRawQuery() == null ? "?" : "&") + sealed.toQuery()))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(sealed.toBody()))
                .build();
    }

    private Optional<RefusedReply> refusal(
            @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure, URI url, long nanos) {
        if (response == null) {
            return Optional.of(notAnswered(failure, url));
        }
        tally.took(nanos);
        return check.refusal(response);
    }

    private JournalEntry entry(PlayedEvent event, int delivery, URI url, Optional<RefusedReply> refusal) {
        String answer = refusal.map(RefusedReply::reason).orElse(JournalEntry.SUCCESS);
        return new JournalEntry(clock.instant(), answer, delivery, event.sent(), url.toString());
    }

    private void count(PlayedEvent event, Optional<RefusedReply> refusal) {
        refusal.ifPresentOrElse(r -> tally.refused(event.sent().eventId(), r), tally::answered);
    }

    private RefusedReply notAnswered(@Nullable Throwable failure, URI url) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
            return new RefusedReply(
                    "No answer within " + timeout.toMillis() + " ms", "DingTalk would deliver it again");
        }
        if (cause instanceof ConnectException) {
            return new RefusedReply("No connection to " + url, "is the service running?");
        }
        return new RefusedReply("The connection broke", String.valueOf(cause));
    }

    /** Is told the result of a delivery. */
    interface Answered {
        void accept(Push push, boolean success);
    }
}
