package io.github.dingtalkinbox.internal.crypto;

/** The signature is not the one of this token and content: another token, a forgery, or something changed on the way. */
public final class SignatureMismatch extends EnvelopeException {
    SignatureMismatch() {
        super("The signature does not match: the sender used another token, or the request was changed on its way."
                + " Compare the token with the one in DingTalk's console");
    }
}
