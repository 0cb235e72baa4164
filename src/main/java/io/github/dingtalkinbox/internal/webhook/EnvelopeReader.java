package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.internal.crypto.Envelope;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads what DingTalk sends: three query parameters, and a body with one field. The sender is not authenticated yet,
 * and may send many requests at once or stop in the middle. So the size of a body is limited, and its time, and only a
 * few bodies that are larger than real callbacks are read at the same time.
 *
 * <p>Safe for use by many threads.
 */
final class EnvelopeReader {
    /** In bytes. */
    private static final int LARGEST = 1024 * 1024;

    private static final int SMALL = 64 * 1024;
    private static final int LARGE_AT_ONCE = 32;

    /** In which a body must have arrived. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private static final JsonFactory JSON = new JsonFactory();

    private final Semaphore large = new Semaphore(LARGE_AT_ONCE);
    private final LongSupplier nanoTime;

    EnvelopeReader(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Reads a request to its end.
     *
     * @throws Refused if it is not a callback, is too large, does not arrive completely, or is one large body too many
     */
    Envelope read(HttpServletRequest request) {
        requireJson(request.getContentType());
        byte[] body = body(request);
        // The current pages and the older ones name the parameters differently; a capture of 2021 has both signatures.
        String signature = parameter(request, "msg_signature", "signature");
        String timestamp = parameter(request, "timestamp", "timeStamp");
        String nonce = parameter(request, "nonce", "nonce");
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            String encrypt = null;
            boolean isObject = json.nextToken() == JsonToken.START_OBJECT;
            while (isObject && json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isEncrypt = json.currentName().equals("encrypt");
                if (json.nextToken() == JsonToken.VALUE_STRING && isEncrypt) {
                    encrypt = json.getString();
                }
                json.skipChildren();
            }
            if (encrypt != null && json.nextToken() == null) {
                return new Envelope(signature, timestamp, nonce, encrypt);
            }
        } catch (JacksonException e) {
            // Answered like any other body that is not an envelope.
        }
        throw changed("The body must be a JSON object with a string field encrypt");
    }

    private static void requireJson(@Nullable String contentType) {
        if (contentType != null
                && !contentType
                        .split(";", 2)[0]
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .equals("application/json")) {
            throw new Refused(CallbackProblem.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    private byte[] body(HttpServletRequest request) {
        long began = nanoTime.getAsLong();
        long announced = request.getContentLengthLong();
        if (announced > LARGEST) {
            throw new Refused(CallbackProblem.tooLarge(LARGEST));
        }
        try {
            InputStream in = request.getInputStream();
            byte[] start = new byte[announced < 0 ? SMALL : (int) Math.min(announced, SMALL)];
            int length = read(in, start, 0, began);
            return length < SMALL ? Arrays.copyOf(start, length) : large(start, in, began);
        } catch (IOException e) {
            throw new Refused(
                    CallbackProblem.invalidRequest("The body did not arrive completely"),
                    "The body did not arrive: " + e);
        }
    }

    private byte[] large(byte[] start, InputStream in, long began) throws IOException {
        if (!large.tryAcquire()) {
            throw new Refused(CallbackProblem.OVERLOADED);
        }
        try {
            byte[] body = Arrays.copyOf(start, LARGEST + 1);
            int length = read(in, body, start.length, began);
            if (length > LARGEST) {
                throw new Refused(CallbackProblem.tooLarge(LARGEST));
            }
            return Arrays.copyOf(body, length);
        } finally {
            large.release();
        }
    }

    /** Fills an array, unless the body ends before. The time limits of web servers are for each read. */
    private int read(InputStream in, byte[] into, int from, long began) throws IOException {
        int length = from;
        while (length < into.length) {
            int read = in.read(into, length, into.length - length);
            if (read < 0) {
                break;
            }
            length += read;
            if (nanoTime.getAsLong() - began > LONGEST.toNanos()) {
                throw new IOException("it has taken longer than " + LONGEST.toSeconds() + " s");
            }
        }
        return length;
    }

    private static String parameter(HttpServletRequest request, String name, String otherName) {
        try {
            for (String each : new String[] {name, otherName}) {
                String value = request.getParameter(each);
                if (value != null && !value.isEmpty()) {
                    return value;
                }
            }
        } catch (IllegalStateException e) {
            throw changed("The query string is malformed");
        }
        throw changed("The query parameter " + name + " is missing");
    }

    /** Not by DingTalk; so by a stranger, or by what is in between. */
    private static Refused changed(String detail) {
        return new Refused(
                CallbackProblem.invalidRequest(detail),
                detail + ". If DingTalk has sent it, a proxy in between has changed it, and must pass on query and body"
                        + " as they are");
    }
}
