package io.github.dingtalkinbox.internal.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Requests with a limit on time and size. Of an answer that breaks off or is too large, the part that arrived is kept:
 * DingTalk may not send it again.
 *
 * <p>Safe for use by many threads.
 */
public final class Http {
    /** In bytes. A page of 200 callbacks of 64 KiB, the size in DingTalk's documents, has 12.5 MiB. */
    public static final int LARGEST = 16 * 1024 * 1024;

    private final HttpClient client;
    private final Duration timeout;

    /** @param timeout for a whole call, from the connection to the last byte */
    public Http(HttpClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /**
     * Sends the request.
     *
     * @throws IOException if not even the beginning of an answer arrived, including {@code HttpTimeoutException}
     */
    public Response send(HttpRequest.Builder request) throws IOException, InterruptedException {
        Body body = new Body();
        // The client's own timeout ends with the headers of the answer.
        CompletableFuture<?> call = client.sendAsync(request.timeout(timeout).build(), head -> {
            body.status = head.statusCode();
            return BodySubscribers.ofByteArrayConsumer(part -> part.ifPresent(body::add));
        });
        try {
            CompletableFuture.anyOf(call, body.full).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return body.response(null);
        } catch (TimeoutException e) {
            return body.response(new HttpTimeoutException("no complete answer within " + timeout));
        } catch (ExecutionException e) {
            return body.response(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        } finally {
            call.cancel(true); // if it has not ended
        }
    }

    /**
     * An answer.
     *
     * @param cut why the body is incomplete; null if it is complete
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Response(
            int status, byte[] body, @Nullable String cut) {}

    /** Collects a body up to the limit. What it has can be taken at any time. */
    private static final class Body {
        private static final int NO_ANSWER = 0;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Void> full = new CompletableFuture<>();
        private volatile int status = NO_ANSWER;

        private synchronized void add(byte[] part) {
            int room = LARGEST - bytes.size();
            bytes.write(part, 0, Math.min(part.length, room));
            if (part.length > room) {
                full.complete(null);
            }
        }

        private synchronized Response response(@Nullable IOException failure) throws IOException {
            if (failure != null && (status == NO_ANSWER || bytes.size() == 0)) {
                throw failure;
            }
            String cut = full.isDone() ? "it is larger than " + LARGEST + " bytes" : null;
            return new Response(
                    status,
                    bytes.toByteArray(),
                    failure == null ? cut : "it broke off after " + bytes.size() + " bytes: " + failure);
        }
    }
}
