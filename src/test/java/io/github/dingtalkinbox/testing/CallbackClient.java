package io.github.dingtalkinbox.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends single callbacks as DingTalk does, and broken ones. */
public final class CallbackClient {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    private final URI url;
    private final CallbackCrypto crypto;

    public CallbackClient(URI url, Credentials credentials) {
        this.url = url;
        this.crypto = new CallbackCrypto(credentials);
    }

    /** Delivers an event. */
    public Answer deliver(String json) throws Exception {
        return send(seal(json));
    }

    public Envelope seal(String json) {
        return seal(json.getBytes(UTF_8));
    }

    public Envelope seal(byte[] text) {
        return seal(text, Long.toString(System.currentTimeMillis()));
    }

    /** Signs it with another time than now. */
    public Envelope seal(byte[] text, String timestamp) {
        return crypto.seal(text, timestamp, "6clubcaE");
    }

    public Answer send(Envelope envelope) throws Exception {
        return send(
                Map.of(
                        "msg_signature", envelope.signature(),
                        "timestamp", envelope.timestamp(),
                        "nonce", envelope.nonce()),
                envelope.encrypt());
    }

    public Answer send(Map<String, String> query, String encrypt) throws Exception {
        return post(query, JSON.writeValueAsBytes(Map.of("encrypt", encrypt)));
    }

    public Answer post(Map<String, String> query, byte[] body) throws Exception {
        return exchange(request(query).POST(BodyPublishers.ofByteArray(body)).build());
    }

    /** A request to the callback URL with this query, for JSON. */
    public HttpRequest.Builder request(Map<String, String> query) {
        String text = query.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(URI.create(url + "?" + text)).header("Content-Type", "application/json");
    }

    public Answer exchange(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HTTP.send(request, BodyHandlers.ofByteArray());
        return new Answer(response, crypto);
    }

    /** What came back. */
    public static final class Answer {
        private final HttpResponse<byte[]> response;
        private final CallbackCrypto crypto;

        private Answer(HttpResponse<byte[]> response, CallbackCrypto crypto) {
            this.response = response;
            this.crypto = crypto;
        }

        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String body() {
            return new String(response.body(), UTF_8);
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        /** The fields of the answer, all of which must be texts. */
        public Map<String, String> fields() {
            Map<String, String> fields = new LinkedHashMap<>();
            json().properties().forEach(e -> fields.put(e.getKey(), e.getValue().stringValue()));
            return fields;
        }

        /** What the answer says once it is verified and decrypted. */
        public String decrypted() {
            Map<String, String> f = fields();
            return new String(
                    crypto.open(new Envelope(
                            field(f, "msg_signature"), field(f, "timeStamp"), field(f, "nonce"), field(f, "encrypt"))),
                    UTF_8);
        }

        private static String field(Map<String, String> fields, String name) {
            String value = fields.get(name);
            if (value == null) {
                throw new AssertionError("The answer has no field " + name + " but " + fields.keySet());
            }
            return value;
        }
    }
}
