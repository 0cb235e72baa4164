package io.github.dingtalkinbox.internal.crypto;

/**
 * An envelope that cannot be opened. The message tells the operator what is wrong and contains no secret; a sender must
 * not be told which of the three it was.
 */
public abstract sealed class EnvelopeException extends RuntimeException
        permits EnvelopeException.SignatureMismatch, EnvelopeException.UndecipherableEnvelope, OwnerKeyMismatch {
    EnvelopeException(String message) {
        // Without stack trace: it would say nothing, and any sender can have this thrown as often as it likes.
        super(message, null, false, false);
    }

    /** The signature is not the one of this token and content: another token, a forgery, or a change on the way. */
    public static final class SignatureMismatch extends EnvelopeException {
        SignatureMismatch() {
            super("The signature does not match: the sender used another token, or the request was changed on its way."
                    + " Compare the token with the one in DingTalk's console");
        }
    }

    /** The signature is right, but what it signs is not an encrypted message, or not one under this key. */
    public static final class UndecipherableEnvelope extends EnvelopeException {
        UndecipherableEnvelope(String message) {
            super(message);
        }
    }
}
