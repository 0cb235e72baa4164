package io.github.dingtalkinbox.internal.crypto;

/** The signature is right, but what it signs is no encrypted message, or none under this key. */
public final class UndecipherableEnvelope extends EnvelopeException {
    UndecipherableEnvelope(String message) {
        super(message);
    }
}
