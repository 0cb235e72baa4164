package io.github.dingtalkinbox.internal.webhook;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What DingTalk sends: three query parameters, and a body with one field.
 *
 * @param timestamp an opaque text: it goes into the signature as it stands
 */
record CallbackRequest(String signature, String timestamp, String nonce, String encrypt) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads a request, before anything about it is believed.
     *
     * @throws Refused if it is none
     */
    static CallbackRequest read(HttpServletRequest request, Bodies bodies) {
        requireJson(request.getContentType());
        byte[] body = bodies.read(request);
        // Today's pages and the older ones name the parameters differently; a capture of 2021 has both signatures.
        String signature = parameter(request, "msg_signature", "signature");
        String timestamp = parameter(request, "timestamp", "timeStamp");
        String nonce = parameter(request, "nonce", null);
        return new CallbackRequest(signature, timestamp, nonce, encrypt(body));
    }

    private static void requireJson(@Nullable String contentType) {
        if (contentType == null) {
            return;
        }
        String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!mediaType.equals("application/json")) {
            throw new Refused(CallbackProblem.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    private static String parameter(HttpServletRequest request, String name, @Nullable String otherName) {
        String value = value(request, name);
        if (value == null && otherName != null) {
            value = value(request, otherName);
        }
        if (value == null) {
            throw new Refused(CallbackProblem.invalidRequest("The query parameter " + name + " is missing"));
        }
        return value;
    }

    private static @Nullable String value(HttpServletRequest request, String name) {
        try {
            String value = request.getParameter(name);
            return value == null || value.isEmpty() ? null : value;
        } catch (IllegalStateException e) {
            throw new Refused(CallbackProblem.invalidRequest("The query string is malformed"));
        }
    }

    private static String encrypt(byte[] body) {
        String encrypt = null;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw malformedBody();
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isEncrypt = json.currentName().equals("encrypt");
                JsonToken value = json.nextToken();
                if (isEncrypt && value == JsonToken.VALUE_STRING) {
                    encrypt = json.getString();
                }
                json.skipChildren();
            }
            if (json.nextToken() != null || encrypt == null) {
                throw malformedBody();
            }
            return encrypt;
        } catch (JacksonException e) {
            throw malformedBody();
        }
    }

    private static Refused malformedBody() {
        return new Refused(
                CallbackProblem.invalidRequest("The body must be a JSON object with a string field encrypt"));
    }
}
