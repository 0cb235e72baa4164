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

/** An app whose callbacks are accepted, under its current and its previous credentials. */
final class App {
    /**
     * The owner key under which DingTalk may check the URL of a suite that has no suiteKey yet. (Comment on its page
     * "receive-callback-message", and its example isv-demo-java.)
     */
    private static final String PLACEHOLDER_SUITE_KEY = "suite4xxxxxxxxxxxxxxx";

    private final String name;
    private final SuiteCheckAnswer suiteCheckAnswer;
    private final List<CallbackCrypto> accepted;
    private final List<CallbackCrypto> acceptedForSuiteCheck;

    /** @param credentials the current ones, then those that are accepted too */
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

    /** Of its callback URL, within the application. */
    String path() {
        return WebhookConfiguration.PATH + "/" + name;
    }

    boolean answersSuiteChecksWithRandom() {
        return suiteCheckAnswer == SuiteCheckAnswer.RANDOM;
    }

    /** Seals what DingTalk would send, under the current credentials. */
    Envelope seal(byte[] text, String timestamp) {
        return accepted.get(0).seal(text, timestamp);
    }

    /**
     * Opens a callback with whichever credentials fit.
     *
     * @throws EnvelopeException if none do: the failure of those that came closest
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

    /** An opened callback. */
    static final class Opened {
        /** What it says. */
        final byte[] text;

        /** What the reply has to be sealed with. */
        final CallbackCrypto crypto;

        /**
         * For a callback under the placeholder of a suite without key: what is wrong with it unless it is the check of
         * such a suite's URL.
         */
        final @Nullable OwnerKeyMismatch unlessSuiteCheck;

        private Opened(byte[] text, CallbackCrypto crypto, @Nullable OwnerKeyMismatch unlessSuiteCheck) {
            this.text = text;
            this.crypto = crypto;
            this.unlessSuiteCheck = unlessSuiteCheck;
        }
    }
}
