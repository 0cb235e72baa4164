package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Pushes deliveries to callback URLs, encrypted. */
final class HttpCarrier implements Carrier {
    private final JsonMapper mapper = new JsonMapper();
    private final List<URI> urls;
    private final Duration timeout;
    private final CallbackCrypto crypto;
    private final ReplyCheck check;
    private final Clock clock;
    private final HttpClient client;

    HttpCarrier(HttpTarget target, Duration timeout, Clock clock) {
        this.urls = target.urls();
        this.timeout = timeout;
        this.crypto = new CallbackCrypto(target.credentials());
        this.check = new ReplyCheck(mapper, crypto);
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    @Override
    public void awaitReady() {
        // A service that is not there refuses the delivery.
    }

    /** With its own timestamp, nonce and ciphertext. */
    @Override
    public Trip send(Push push, int delivery) {
        URI url = urls.get((push.event().number() + delivery - 1) % urls.size());
        HttpRequest request = request(push.fields(), url);
        long sentAt = System.nanoTime();
        return new Trip(
                url.toString(),
                client.sendAsync(request, BodyHandlers.ofByteArray())
                        // The request's own timeout ends with the headers.
                        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                        .handle((response, failure) -> response == null
                                ? CarriedReply.none(notAnswered(failure, url))
                                : new CarriedReply(
                                        check.refusal(response).orElse(null),
                                        Duration.ofNanos(System.nanoTime() - sentAt))));
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

    private RefusedReply notAnswered(@Nullable Throwable failure, URI url) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
            return RefusedReply.noneWithin(timeout);
        }
        if (cause instanceof ConnectException) {
            return new RefusedReply("No connection to " + url, "is the service running?");
        }
        return new RefusedReply("The connection broke", String.valueOf(cause));
    }
}
