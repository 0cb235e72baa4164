package io.github.dingtalkinbox.internal.recovery;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * GET requests that end in time, with answers of a limited size.
 *
 * <p>Of an answer that breaks off, or is too large, what has arrived is kept: DingTalk may not give it a second time.
 *
 * <p>Safe for use by many threads.
 */
final class Http {
    /** In bytes. A page of 200 callbacks of the size that DingTalk's documents speak of (64 KiB) has 12.5 MiB. */
    static final int LARGEST = 16 * 1024 * 1024;

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final HttpClient client;
    private final Duration timeout;

    /** @param timeout for a whole call, from the connection to the last byte */
    Http(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                // A token must not go anywhere but where it was sent to.
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Gets what is there.
     *
     * @throws IOException if not even the beginning of an answer arrived, including {@code HttpTimeoutException}
     */
    Response get(URI uri) throws IOException, InterruptedException {
        Body body = new Body();
        // The client's own timeout ends with the headers of the answer.
        CompletableFuture<HttpResponse<Void>> call = client.sendAsync(
                HttpRequest.newBuilder(uri).timeout(timeout).GET().build(), head -> {
                    body.status = head.statusCode();
                    return body;
                });
        try {
            call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return body.response(null);
        } catch (TimeoutException e) {
            call.cancel(true);
            return body.response(new HttpTimeoutException("no complete answer within " + timeout));
        } catch (ExecutionException e) {
            return body.response(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        } catch (InterruptedException e) {
            call.cancel(true);
            throw e;
        }
    }

    /**
     * An answer.
     *
     * @param cut why this is not all of it; null if it is
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Response(int status, byte[] body, @Nullable String cut) {}

    /** Collects a body up to the limit. What it has can be taken at any time. */
    private static final class Body implements BodySubscriber<Void> {
        private static final int NO_ANSWER = 0;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private volatile int status = NO_ANSWER;
        private volatile @Nullable Subscription subscription;
        private volatile boolean isTooLarge;

        Response response(@Nullable IOException failure) throws IOException {
            byte[] body;
            synchronized (bytes) {
                body = bytes.toByteArray();
            }
            if (failure != null && (status == NO_ANSWER || body.length == 0)) {
                throw failure;
            }
            String cut = isTooLarge ? "it is larger than " + LARGEST + " bytes" : null;
            return new Response(
                    status, body, failure == null ? cut : "it broke off after " + body.length + " bytes: " + failure);
        }

        @Override
        public CompletionStage<Void> getBody() {
            return end;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            this.subscription = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            synchronized (bytes) {
                for (ByteBuffer buffer : buffers) {
                    byte[] chunk = new byte[Math.min(buffer.remaining(), LARGEST - bytes.size())];
                    isTooLarge |= chunk.length < buffer.remaining();
                    buffer.get(chunk);
                    bytes.writeBytes(chunk);
                }
            }
            Subscription open = subscription;
            if (isTooLarge && open != null) {
                open.cancel();
                end.complete(null);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }
}
