package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An HTTP server that stores each head under a URL of its own, by PUT. */
final class HeadUrl implements HeadPlace {
    static final String HOUR = "{hour}";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int SUCCESSFUL = 2;

    /** Sorts like the hours, and needs no escape in a URL. */
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH'Z'").withZone(ZoneOffset.UTC);

    private final String template;
    private final List<String> headers;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * @param template a URL with {@value #HOUR}
     * @param headers each as {@code Name: value}
     */
    HeadUrl(String template, List<String> headers) {
        this(template, headers, TIMEOUT);
    }

    /** @param timeout for a whole call */
    HeadUrl(String template, List<String> headers, Duration timeout) {
        this.template = template;
        this.headers = headers;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                // The authorization must not be sent to another server.
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** @throws IllegalArgumentException if one of these cannot be right */
    static void check(String template, List<String> headers) {
        request(template, headers, new SealedHead(Instant.EPOCH, ""));
    }

    @Override
    public void put(SealedHead head) throws IOException, InterruptedException {
        // The client's own timeout ends with the headers of the answer.
        CompletableFuture<HttpResponse<Void>> call =
                client.sendAsync(request(template, headers, head), answer -> BodySubscribers.discarding());
        try {
            int status = call.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            if (status / 100 != SUCCESSFUL) {
                throw new IOException("the answer was " + status);
            }
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer within " + timeout);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            call.cancel(true); // if it has not ended
        }
    }

    private static HttpRequest request(String template, List<String> headers, SealedHead head) {
        String text = head.toString();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(template, head.hour()))
                .header("Content-Type", "text/plain; charset=utf-8")
                .header("Content-MD5", md5(text)) // stores that lock objects ask for it
                .PUT(BodyPublishers.ofString(text));
        headers.forEach(header -> add(header, request));
        return request.build();
    }

    private static URI uri(String template, Instant hour) {
        URI uri;
        try {
            uri = URI.create(template.replace(HOUR, NAME.format(hour)));
        } catch (IllegalArgumentException e) {
            throw noUrl();
        }
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!isHttp || uri.getHost() == null || !template.contains(HOUR)) {
            throw noUrl();
        }
        return uri;
    }

    /** Without the value, which may contain a secret. So may the messages of Java. */
    private static IllegalArgumentException noUrl() {
        return new IllegalArgumentException(
                "inbox.seal.head.url must be a URL with {hour}, so that each hour has its own, such as"
                        + " https://store.example.com/heads/{hour}");
    }

    private static void add(String header, HttpRequest.Builder request) {
        String[] nameAndValue = header.split(":", 2);
        try {
            request.setHeader(nameAndValue[0].strip(), nameAndValue[1].strip());
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "inbox.seal.head.headers must be headers that a request may have, such as"
                            + " Authorization: Bearer 0123456789");
        }
    }

    private static String md5(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without user and query, which may contain a secret. */
    @Override
    public String toString() {
        URI uri = uri(template, Instant.EPOCH);
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + template.replaceFirst("^[a-z]+://[^/?#]*", "").replaceFirst("[?#].*", "");
    }
}
