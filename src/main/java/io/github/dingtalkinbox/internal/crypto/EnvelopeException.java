package io.github.dingtalkinbox.internal.crypto;

/**
 * An envelope that cannot be opened. The message tells the operator what is wrong and contains no secret; a sender must
 * not be told which of the three it was.
 */
public abstract sealed class EnvelopeException extends RuntimeException
        permits SignatureMismatch, UndecipherableEnvelope, OwnerKeyMismatch {
    EnvelopeException(String message) {
        // Without stack trace: it would say nothing, and anybody can make us throw this as often as they like.
        super(message, null, false, false);
    }
}
