package io.github.dingtalkinbox.internal.crypto;

import java.nio.charset.StandardCharsets;

/** An authentic message for another owner: the owner key at its end is not the configured one. */
public final class OwnerKeyMismatch extends EnvelopeException {
    private static final int LONGEST_SHOWN = 64;

    private final String received;

    OwnerKeyMismatch(byte[] received) {
        super("The message is for the owner key \"" + printable(received)
                + "\", which is not the configured one. If this is your"
                + " app's appKey (Client ID), suiteKey or corpId, configure it as owner key");
        this.received = printable(received);
    }

    /**
     * The owner key in the message, safe to log: at most {@value #LONGEST_SHOWN} characters, with {@code ?} for
     * everything but visible ASCII.
     */
    public String received() {
        return received;
    }

    private static String printable(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, LONGEST_SHOWN), StandardCharsets.ISO_8859_1);
        return start.replaceAll("[^!-~]", "?");
    }
}
