package io.github.dingtalkinbox.crypto;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A sealed message, ready to be sent.
 *
 * @param signature lower-case hex SHA-1
 * @param timestamp goes into the signature as it stands; normally milliseconds
 * @param nonce goes into the signature as it stands
 * @param encrypt the encrypted message, base64
 */
public record Envelope(String signature, String timestamp, String nonce, String encrypt) {
    /**
     * The four fields of the reply that DingTalk wants, under its names. It compares the case of a name too, and all of
     * them are strings.
     */
    public Map<String, String> toReply() {
        var reply = new LinkedHashMap<String, String>();
        reply.put("msg_signature", signature);
        reply.put("timeStamp", timestamp);
        reply.put("nonce", nonce);
        reply.put("encrypt", encrypt);
        return Collections.unmodifiableMap(reply);
    }
}
