package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties.SuiteCheckAnswer;
import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException.SignatureMismatch;
import io.github.dingtalkinbox.internal.crypto.OwnerKeyMismatch;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An app whose callbacks are accepted, with its current and its previous credentials. */
public final class App {
    /**
     * The owner key that DingTalk may use to check the URL of a suite that has no suiteKey yet. (Comment on its page
     * "receive-callback-message", and its example isv-demo-java.)
     */
    private static final String PLACEHOLDER_SUITE_KEY = "suite4xxxxxxxxxxxxxxx";

    private final String name;
    private final SuiteCheckAnswer suiteCheckAnswer;
    private final List<CallbackCrypto> accepted;
    private final List<CallbackCrypto> acceptedForSuiteCheck;

    /** @param credentials the current ones first, then others that are accepted too */
    App(String name, SuiteCheckAnswer suiteCheckAnswer, List<Credentials> credentials) {
        this.name = name;
        this.suiteCheckAnswer = suiteCheckAnswer;
        this.accepted = credentials.stream().map(CallbackCrypto::new).toList();
        this.acceptedForSuiteCheck = credentials.stream()
                .map(c -> new CallbackCrypto(new Credentials(c.token(), c.aesKey(), PLACEHOLDER_SUITE_KEY)))
                .toList();
    }

    String name() {
        return name;
    }

    /** The path of its callback URL within the application. */
    public String path() {
        return WebhookConfiguration.PATH + "/" + name;
    }

    boolean answersSuiteChecksWithRandom() {
        return suiteCheckAnswer == SuiteCheckAnswer.RANDOM;
    }

    /** Signs and encrypts a text as DingTalk would, with the current credentials. */
    public Envelope seal(byte[] text, String timestamp) {
        return accepted.get(0).seal(text, timestamp);
    }

    /**
     * Opens a callback with the credentials that fit.
     *
     * @throws EnvelopeException if none fit: the failure of those that came closest
     */
    Opened open(Envelope envelope) {
        EnvelopeException closest = null;
        for (CallbackCrypto crypto : accepted) {
            try {
                return new Opened(crypto.open(envelope), crypto, null);
            } catch (EnvelopeException e) {
                closest = closest == null || progress(e) > progress(closest) ? e : closest;
            }
        }
        if (closest instanceof OwnerKeyMismatch mismatch && mismatch.received().equals(PLACEHOLDER_SUITE_KEY)) {
            for (CallbackCrypto crypto : acceptedForSuiteCheck) {
                try {
                    return new Opened(crypto.open(envelope), crypto, mismatch);
                } catch (EnvelopeException e) {
                    mismatch.addSuppressed(e);
                }
            }
        }
        throw Objects.requireNonNull(closest, "an app has credentials");
    }

    private static int progress(EnvelopeException e) {
        return e instanceof SignatureMismatch ? 0 : e instanceof OwnerKeyMismatch ? 2 : 1;
    }

    /**
     * An opened callback.
     *
     * @param text what it says
     * @param crypto seals the reply
     * @param unlessSuiteCheck set if the owner key is the placeholder of a suite without a suiteKey: the failure, unless this
     *     turns out to be the check of such a suite's URL
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Opened(
            byte[] text, CallbackCrypto crypto, @Nullable OwnerKeyMismatch unlessSuiteCheck) {}
}
