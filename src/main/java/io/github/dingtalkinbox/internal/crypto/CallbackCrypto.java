package io.github.dingtalkinbox.internal.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.crypto.EnvelopeException.SignatureMismatch;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException.UndecipherableEnvelope;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * DingTalk's envelope, for both sides: {@link #open} what was received, {@link #seal} what is sent.
 *
 * <p>A message is 16 random characters, the length of the text (4 bytes, big-endian), the text, and the owner key;
 * padded to a multiple of 32 bytes in the manner of PKCS#7; encrypted by AES-256-CBC with the beginning of the key as
 * IV; in base64. The signature is the SHA-1 of token, timestamp, nonce and that base64, sorted and joined. (DingTalk's
 * page "callback-event-message-body-encryption-and-decryption".)
 *
 * <p>Safe for use by many threads.
 */
public final class CallbackCrypto {
    private static final int PREFIX_LENGTH = 16;
    private static final int HEADER_LENGTH = PREFIX_LENGTH + Integer.BYTES;
    private static final int IV_LENGTH = 16;
    private static final int NONCE_LENGTH = 8;
    /** Twice the block of AES, so that a standard unpadding would refuse real messages. */
    private static final int PAD_BLOCK = 32;

    private final byte[] token;
    private final SecretKeySpec key;
    private final IvParameterSpec iv;
    private final byte[] ownerKey;
    private final Queue<Cipher> decrypting = new ConcurrentLinkedQueue<>();
    private final Queue<Cipher> encrypting = new ConcurrentLinkedQueue<>();

    public CallbackCrypto(Credentials credentials) {
        byte[] keyBytes = Base64.getDecoder().decode(credentials.aesKey());
        this.token = credentials.token().getBytes(US_ASCII);
        this.key = new SecretKeySpec(keyBytes, "AES");
        this.iv = new IvParameterSpec(keyBytes, 0, IV_LENGTH);
        this.ownerKey = credentials.ownerKey().getBytes(US_ASCII);
    }

    /**
     * Checks the signature, decrypts, and checks the owner key.
     *
     * @param envelope as it was received; line breaks in the encrypted text are refused
     * @return the bytes of the text, normally UTF-8 JSON
     * @throws SignatureMismatch if it was not signed with this token
     * @throws UndecipherableEnvelope if it cannot be decrypted with this key
     * @throws OwnerKeyMismatch if it is for another owner
     */
    public byte[] open(Envelope envelope) {
        String expected = signature(envelope.timestamp(), envelope.nonce(), envelope.encrypt());
        if (!MessageDigest.isEqual(
                expected.getBytes(US_ASCII), envelope.signature().getBytes(UTF_8))) {
            throw new SignatureMismatch();
        }
        byte[] padded = decrypt(decode(envelope.encrypt()));
        return text(padded, unpaddedLength(padded));
    }

    /** Encrypts and signs a message, with a random nonce. */
    public Envelope seal(byte[] text, String timestamp) {
        return seal(text, timestamp, Alphanumerics.random(NONCE_LENGTH));
    }

    /** Encrypts and signs a message. */
    public Envelope seal(byte[] text, String timestamp, String nonce) {
        return seal(text, timestamp, nonce, Alphanumerics.random(PREFIX_LENGTH).getBytes(US_ASCII));
    }

    Envelope seal(byte[] text, String timestamp, String nonce, byte[] prefix) {
        int length = Math.addExact(HEADER_LENGTH + ownerKey.length, text.length);
        int pad = PAD_BLOCK - length % PAD_BLOCK;
        byte[] padded = Arrays.copyOf(prefix, Math.addExact(length, pad));
        ByteBuffer.wrap(padded)
                .position(PREFIX_LENGTH)
                .putInt(text.length)
                .put(text)
                .put(ownerKey);
        Arrays.fill(padded, length, padded.length, (byte) pad);
        String encrypt = Base64.getEncoder().encodeToString(run(Cipher.ENCRYPT_MODE, encrypting, padded));
        return new Envelope(signature(timestamp, nonce, encrypt), timestamp, nonce, encrypt);
    }

    private String signature(String timestamp, String nonce, String encrypt) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            Stream.of(token, timestamp.getBytes(UTF_8), nonce.getBytes(UTF_8), encrypt.getBytes(UTF_8))
                    .sorted(Arrays::compareUnsigned)
                    .forEachOrdered(sha1::update);
            return HexFormat.of().formatHex(sha1.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no SHA-1", e);
        }
    }

    private static byte[] decode(String encrypt) {
        try {
            return Base64.getDecoder().decode(encrypt);
        } catch (IllegalArgumentException e) {
            throw new UndecipherableEnvelope("The field encrypt is not base64 (it must have no line breaks either)");
        }
    }

    private byte[] decrypt(byte[] encrypted) {
        if (encrypted.length == 0 || encrypted.length % IV_LENGTH != 0) {
            throw new UndecipherableEnvelope("The encrypted message has " + encrypted.length
                    + " bytes, which is not a positive multiple of " + IV_LENGTH + ": it is incomplete");
        }
        return run(Cipher.DECRYPT_MODE, decrypting, encrypted);
    }

    /** Ciphers are used again: each message leaves them as they were, and it takes longer to create one. */
    private byte[] run(int mode, Queue<Cipher> idle, byte[] blocks) {
        try {
            Cipher used = idle.poll();
            Cipher cipher = used == null ? newCipher(mode) : used;
            byte[] result = cipher.doFinal(blocks);
            idle.add(cipher);
            return result;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM cannot do AES-256-CBC", e);
        }
    }

    private Cipher newCipher(int mode) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(mode, key, iv);
        return cipher;
    }

    private static int unpaddedLength(byte[] padded) {
        int pad = padded[padded.length - 1];
        boolean right = pad >= 1 && pad <= PAD_BLOCK && pad <= padded.length;
        for (int i = padded.length - pad; right && i < padded.length; i++) {
            right = padded[i] == pad;
        }
        if (!right) {
            throw new UndecipherableEnvelope(
                    "The padding of the decrypted message is wrong, because it was encrypted with"
                            + " another key. Compare the EncodingAESKey with the one in DingTalk's console");
        }
        return padded.length - pad;
    }

    private byte[] text(byte[] padded, int end) {
        if (end < HEADER_LENGTH) {
            throw new UndecipherableEnvelope("The decrypted message ends before the length of its text");
        }
        int length = ByteBuffer.wrap(padded).getInt(PREFIX_LENGTH);
        // Compared in this way, nothing overflows, and the sender cannot cause a large allocation.
        if (length < 0 || length > end - HEADER_LENGTH) {
            throw new UndecipherableEnvelope("The length of the text in the decrypted message is " + length
                    + ", but only " + (end - HEADER_LENGTH) + " bytes follow");
        }
        byte[] received = Arrays.copyOfRange(padded, HEADER_LENGTH + length, end);
        if (!MessageDigest.isEqual(ownerKey, received)) {
            throw new OwnerKeyMismatch(received);
        }
        return Arrays.copyOfRange(padded, HEADER_LENGTH, HEADER_LENGTH + length);
    }
}
