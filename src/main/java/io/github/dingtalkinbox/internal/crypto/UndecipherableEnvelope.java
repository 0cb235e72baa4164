package io.github.dingtalkinbox.internal.crypto;

/** The signature is right, but what it signs is no encrypted message, or none under this key. */
public final class UndecipherableEnvelope extends EnvelopeException {
    private static final long serialVersionUID = 1L;

    UndecipherableEnvelope(String message) {
        super(message);
    }
}
