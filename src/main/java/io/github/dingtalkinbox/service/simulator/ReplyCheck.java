package io.github.dingtalkinbox.service.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException;
import io.github.dingtalkinbox.internal.text.Printable;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a reply as DingTalk does: 200, JSON, exactly four fields, all of them strings, which verify and decrypt to
 * {@code success}.
 */
final class ReplyCheck {
    private static final Set<String> FIELDS = Set.of("msg_signature", "timeStamp", "nonce", "encrypt");
    private static final int LONGEST_DETAIL = 200;

    private final JsonMapper mapper;
    private final CallbackCrypto crypto;

    ReplyCheck(JsonMapper mapper, CallbackCrypto crypto) {
        this.mapper = mapper;
        this.crypto = crypto;
    }

    /** What is wrong with the reply; empty if nothing is. */
    Optional<RefusedReply> refusal(HttpResponse<byte[]> response) {
        JsonNode body = json(response.body());
        if (response.statusCode() != 200) {
            String title = Printable.line(body.path("title").asString(""), LONGEST_DETAIL);
            return refused("HTTP " + response.statusCode() + (title.isEmpty() ? "" : " " + title), response);
        }
        if (!body.isObject()) {
            return refused("The reply is not a JSON object", response);
        }
        if (!Set.copyOf(body.propertyNames()).equals(FIELDS)
                || !body.values().stream().allMatch(JsonNode::isString)) {
            return refused("The reply must have exactly the strings " + new TreeSet<>(FIELDS), response);
        }
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (!type.startsWith("application/json")) {
            return refused("The reply's Content-Type is not application/json", response);
        }
        return decrypted(body);
    }

    private Optional<RefusedReply> decrypted(JsonNode body) {
        try {
            byte[] text = crypto.open(new Envelope(
                    body.path("msg_signature").asString(),
                    body.path("timeStamp").asString(),
                    body.path("nonce").asString(),
                    body.path("encrypt").asString()));
            String said = new String(text, UTF_8);
            return said.equals("success")
                    ? Optional.empty()
                    : Optional.of(new RefusedReply(
                            "The reply does not decrypt to success",
                            "it says " + Printable.line(said.strip(), LONGEST_DETAIL)));
        } catch (EnvelopeException e) {
            return Optional.of(new RefusedReply(
                    "The reply cannot be opened: " + e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
        }
    }

    private JsonNode json(byte[] body) {
        try {
            return mapper.readTree(body);
        } catch (JacksonException e) {
            return mapper.missingNode();
        }
    }

    private static Optional<RefusedReply> refused(String reason, HttpResponse<byte[]> response) {
        return Optional.of(new RefusedReply(
                reason, "the body is " + Printable.line(new String(response.body(), UTF_8).strip(), LONGEST_DETAIL)));
    }
}
