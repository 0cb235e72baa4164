package io.github.dingtalkinbox.internal.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/**
 * A signed and encrypted message.
 *
 * @param signature lower-case hex SHA-1
 * @param timestamp normally milliseconds; the signature covers it as it is written
 * @param nonce the signature covers it as it is written
 * @param encrypt the encrypted message, base64
 */
public record Envelope(String signature, String timestamp, String nonce, String encrypt) {
    /** The query of the request, as DingTalk makes it: a captured one had both names of the signature. */
    public String toQuery() {
        return "signature=" + signature + "&msg_signature=" + signature + "&timestamp="
                + URLEncoder.encode(timestamp, UTF_8) + "&nonce=" + URLEncoder.encode(nonce, UTF_8);
    }

    /** The JSON body of the request: base64 has no character that JSON would escape. */
    public String toBody() {
        return "{\"encrypt\":\"" + encrypt + "\"}";
    }

    /**
     * The JSON body of the reply. DingTalk compares names with their case, and all values are strings. None of ours
     * contains a character that JSON would escape.
     */
    public String toReply() {
        return "{\"msg_signature\":\"" + signature + "\",\"timeStamp\":\"" + timestamp + "\",\"nonce\":\"" + nonce
                + "\",\"encrypt\":\"" + encrypt + "\"}";
    }
}
