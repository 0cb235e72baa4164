package io.github.dingtalkinbox.internal.crypto;

/**
 * An envelope that cannot be opened. The message tells the operator what is wrong and contains no secret; a sender must
 * not learn which of the three it was.
 */
public abstract sealed class EnvelopeException extends RuntimeException
        permits EnvelopeException.SignatureMismatch, EnvelopeException.UndecipherableEnvelope, OwnerKeyMismatch {
    EnvelopeException(String message) {
        // Without a stack trace: it would be useless, and any sender can cause this as often as it likes.
        super(message, null, false, false);
    }

    /** The signature does not fit the token and content: another token, a forgery, or a change on the way. */
    public static final class SignatureMismatch extends EnvelopeException {
        SignatureMismatch() {
            super("The signature does not match: the sender used another token, or the request was changed on its way."
                    + " Compare the token with the one in DingTalk's console, and let a proxy in between pass on query and"
                    + " body as they are");
        }
    }

    /** The signature is right, but the content is not a message that was encrypted with this key. */
    public static final class UndecipherableEnvelope extends EnvelopeException {
        UndecipherableEnvelope(String message) {
            super(message);
        }
    }
}
