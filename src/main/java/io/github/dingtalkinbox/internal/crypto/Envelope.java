package io.github.dingtalkinbox.internal.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/**
 * A sealed message: as it was received, or ready to be sent.
 *
 * @param signature lower-case hex SHA-1
 * @param timestamp goes into the signature as it stands; normally milliseconds
 * @param nonce goes into the signature as it stands
 * @param encrypt the encrypted message, base64
 */
public record Envelope(String signature, String timestamp, String nonce, String encrypt) {
    /** The query of the request that brings it, as DingTalk makes it: a captured one had both names of the signature. */
    public String toQuery() {
        return "signature=" + signature + "&msg_signature=" + signature + "&timestamp="
                + URLEncoder.encode(timestamp, UTF_8) + "&nonce=" + URLEncoder.encode(nonce, UTF_8);
    }

    /** The body of that request, JSON: base64 has no character that JSON would escape. */
    public String toBody() {
        return "{\"encrypt\":\"" + encrypt + "\"}";
    }

    /**
     * The body of the reply that DingTalk wants, JSON: it compares the case of a name too, and all values are strings. None
     * of our own contains a character that JSON would escape.
     */
    public String toReply() {
        return "{\"msg_signature\":\"" + signature + "\",\"timeStamp\":\"" + timestamp + "\",\"nonce\":\"" + nonce
                + "\",\"encrypt\":\"" + encrypt + "\"}";
    }
}
