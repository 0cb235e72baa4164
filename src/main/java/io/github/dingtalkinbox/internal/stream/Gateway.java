package io.github.dingtalkinbox.internal.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.apps.AppKeys.Keys;
import io.github.dingtalkinbox.internal.http.BaseUrl;
import io.github.dingtalkinbox.internal.http.Http;
import io.github.dingtalkinbox.internal.http.Http.Response;
import io.github.dingtalkinbox.internal.json.JsonReading.NotJson;
import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.text.Printable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Opens connections to DingTalk: a call that gives the address and a ticket, then a WebSocket. A ticket is for one connection, within
 * 90 s. (DingTalk's page "stream/protocol".)
 *
 * <p>Safe for use by many threads.
 */
final class Gateway {
    /** For the call, and again for the WebSocket. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Duration BETWEEN_CLIENTS = Duration.ofMinutes(1);

    /** Of documents, so nobody has it. (RFC 5737) */
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress("192.0.2.1", 443);

    private static final String OPEN = "/v1.0/gateway/connections/open";
    private static final int LONGEST_MESSAGE = 300;
    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_WANTS_LOGIN = 407;

    private final Supplier<HttpClient> clients;
    private final URI baseUrl;
    private volatile HttpClient client;
    private long replacedAt = System.nanoTime() - BETWEEN_CLIENTS.toNanos();

    /** @param clients makes one, and another one after it may have failed */
    Gateway(Supplier<HttpClient> clients, URI baseUrl) {
        this.clients = clients;
        this.baseUrl = baseUrl;
        this.client = clients.get();
    }

    /**
     * Opens a connection, and waits for it.
     *
     * @param listener gets what is received on it
     */
    WebSocket open(Keys keys, WebSocket.Listener listener) throws OpenFailed, InterruptedException {
        try {
            return connect(keys, listener);
        } catch (OpenFailed e) {
            boolean isAnswered = e.getCause() == null || e.getCause() instanceof WebSocketHandshakeException;
            if (!isAnswered) {
                replaceClient();
            }
            throw e;
        } catch (RuntimeException | Error e) {
            replaceClient();
            throw e;
        }
    }

    /**
     * It may be the client that fails: one of the JDK that has run out of memory once does so for ever. But mostly it is the
     * network, and the JDK keeps a thread and files of a client until it is collected as garbage.
     */
    private synchronized void replaceClient() {
        long now = System.nanoTime();
        if (now - replacedAt >= BETWEEN_CLIENTS.toNanos()) {
            replacedAt = now;
            client = clients.get();
        }
    }

    private WebSocket connect(Keys keys, WebSocket.Listener listener) throws OpenFailed, InterruptedException {
        HttpClient used = client;
        URI address = address(call(used, keys));
        CompletableFuture<WebSocket> socket =
                used.newWebSocketBuilder().connectTimeout(TIMEOUT).buildAsync(address, listener);
        try {
            return socket.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            String why = cause instanceof WebSocketHandshakeException refused
                    ? "was answered HTTP " + refused.getResponse().statusCode()
                    : "failed (" + inWords(cause) + ")";
            throw OpenFailed.unavailable(
                    "the WebSocket to " + address.getHost() + " " + why + ": check that the network lets it through",
                    cause);
        } catch (TimeoutException e) {
            throw OpenFailed.unavailable("the WebSocket to " + address.getHost() + " was not opened in time", e);
        } finally {
            // If nobody waits for it any more, it must not stay open, nor be read: a refusal may have no end.
            if (!socket.isDone()) {
                CompletableFuture<?> unused = socket.thenAccept(WebSocket::abort);
                socket.cancel(true);
            }
        }
    }

    private Response call(HttpClient used, Keys keys) throws OpenFailed, InterruptedException {
        try {
            return new Http(used, TIMEOUT)
                    .send(HttpRequest.newBuilder(BaseUrl.of(baseUrl, OPEN))
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/json") // else the answer may be XML
                            .POST(BodyPublishers.ofString(request(keys))));
        } catch (IOException e) {
            throw OpenFailed.unavailable(
                    OPEN + " was not answered (" + inWords(e) + "): check the network, the proxy and its login"
                            + " (inbox.proxy.url, inbox.proxy.username), and inbox.stream.base-url",
                    e);
        }
    }

    /** Without {@code ua}, which need not be there, and is refused if DingTalk does not like it. */
    private static String request(Keys keys) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("clientId", keys.clientId());
        json.put("clientSecret", keys.clientSecret());
        json.putArray("subscriptions").addObject().put("type", "EVENT").put("topic", "*");
        json.put("localIp", localAddress());
        return json.toString();
    }

    /** The one from which connections go out, for DingTalk's console. To ask for that of the host's name may take long. */
    private static String localAddress() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(ANYWHERE); // sends nothing
            return socket.getLocalAddress().getHostAddress();
        } catch (SocketException e) { // there is no network
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }

    private URI address(Response response) throws OpenFailed {
        int status = response.status();
        if (status != 200) {
            throw failure(response);
        }
        JsonNode answer = json(response);
        String endpoint = answer.path("endpoint").stringValue("");
        String ticket = answer.path("ticket").stringValue("");
        try {
            URI address = URI.create(
                    endpoint + (endpoint.contains("?") ? "&" : "?") + "ticket=" + URLEncoder.encode(ticket, UTF_8));
            boolean isEncrypted = "wss".equalsIgnoreCase(address.getScheme());
            // A call that was encrypted must not lead to a connection that is not.
            boolean isAllowed =
                    isEncrypted || ("ws".equalsIgnoreCase(address.getScheme()) && "http".equals(baseUrl.getScheme()));
            // With a fragment, the JDK's complaint, which is logged, would show the ticket.
            if (!ticket.isEmpty() && isAllowed && address.getHost() != null && address.getFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw OpenFailed.unavailable(
                OPEN
                        + " was answered, but not with a ticket and a wss:// endpoint: check inbox.stream.base-url, and that"
                        + " no proxy answers in DingTalk's place",
                null);
    }

    /** By status, as DingTalk's own command line classifies them. */
    private static OpenFailed failure(Response response) {
        int status = response.status();
        String text = OPEN + " was answered HTTP " + status + said(response) + ": ";
        if (status >= 500 || status == 429 || status == 408) {
            return OpenFailed.unavailable(text + "DingTalk has too much to do", null);
        }
        if (status < 400) {
            return OpenFailed.unavailable(
                    text + "check inbox.stream.base-url, and that no proxy answers in DingTalk's place", null);
        }
        return OpenFailed.refused(text
                + switch (status) {
                    case UNAUTHORIZED ->
                        "check inbox.apps.<name>.client-id and .client-secret, which must be the app's current ones";
                    case PROXY_WANTS_LOGIN ->
                        "the proxy wants a login: check inbox.proxy.username and inbox.proxy.password";
                    default ->
                        "check that the app is published and has Stream mode (Stream 模式推送) in DingTalk's console, and"
                                + " inbox.stream.base-url";
                });
    }

    /** Some refusals are JSON with a code and a message, others plain text. */
    private static String said(Response response) {
        JsonNode answer = json(response);
        String said = answer.isObject()
                ? answer.path("code").asString("") + " "
                        + answer.path("message").asString("")
                : new String(response.body(), UTF_8);
        String line = Printable.line(said.strip(), LONGEST_MESSAGE);
        return line.isEmpty() ? "" : " " + line;
    }

    private static JsonNode json(Response response) {
        try {
            return JsonText.read(response.body()).json();
        } catch (NotJson e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static String inWords(Throwable failure) {
        String message = failure.getMessage();
        return Printable.line(
                failure.getClass().getSimpleName() + (message == null ? "" : ": " + message), LONGEST_MESSAGE);
    }
}
