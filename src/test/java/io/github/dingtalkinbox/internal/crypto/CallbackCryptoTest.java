package io.github.dingtalkinbox.internal.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dingtalkinbox.internal.crypto.EnvelopeException.SignatureMismatch;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException.UndecipherableEnvelope;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackCryptoTest {
    private static final String TOKEN = "vecToken2026";
    private static final String OWNER_KEY = "dingvectorappkey01";
    private static final Credentials CREDENTIALS =
            new Credentials(TOKEN, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", OWNER_KEY);
    private static final String TIMESTAMP = "1790000000123";
    private static final String NONCE = "nonce0001";
    private static final byte[] TEXT = "{\"EventType\":\"check_url\",\"名\":\"请假👩‍💻\"}".getBytes(UTF_8);

    private final CallbackCrypto crypto = new CallbackCrypto(CREDENTIALS);

    static IntStream everyPadLength() {
        return IntStream.rangeClosed(0, 64);
    }

    @ParameterizedTest
    @MethodSource("everyPadLength")
    void textOfEveryLengthComesBack(int length) {
        byte[] text = new byte[length];
        Arrays.fill(text, (byte) 0x20);
        Envelope sealed = crypto.seal(text, TIMESTAMP, NONCE);
        assertThat(open(sealed)).isEqualTo(text);
        assertThat(Base64.getDecoder().decode(sealed.encrypt()).length % 32).isZero();
    }

    @Test
    void sameTextIsNeverSealedTheSameTwice() {
        assertThat(IntStream.range(0, 100)
                        .mapToObj(i -> crypto.seal(TEXT, TIMESTAMP, NONCE).encrypt()))
                .doesNotHaveDuplicates();
    }

    @Test
    void replyHasDingTalksFourNames() {
        Envelope sealed = crypto.seal("success".getBytes(US_ASCII), TIMESTAMP, NONCE);
        assertThat(sealed.toReply())
                .isEqualTo("{\"msg_signature\":\"%s\",\"timeStamp\":\"%s\",\"nonce\":\"%s\",\"encrypt\":\"%s\"}"
                        .formatted(sealed.signature(), TIMESTAMP, NONCE, sealed.encrypt()));
    }

    @Test
    void changingAnyCharacterIsNoticed() {
        Envelope sealed = crypto.seal(TEXT, TIMESTAMP, NONCE);
        Stream.of(
                        changedAnywhere(sealed.encrypt())
                                .map(e -> new Envelope(sealed.signature(), TIMESTAMP, NONCE, e)),
                        changedAnywhere(sealed.signature())
                                .map(s -> new Envelope(s, TIMESTAMP, NONCE, sealed.encrypt())),
                        changedAnywhere(TIMESTAMP)
                                .map(t -> new Envelope(sealed.signature(), t, NONCE, sealed.encrypt())),
                        changedAnywhere(NONCE)
                                .map(n -> new Envelope(sealed.signature(), TIMESTAMP, n, sealed.encrypt())))
                .flatMap(e -> e)
                .forEach(changed -> assertThatThrownBy(() -> open(changed))
                        .as(changed.toString())
                        .isExactlyInstanceOf(SignatureMismatch.class));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 39, 41})
    void signatureOfAnotherLengthIsRefused(int length) {
        Envelope sealed = crypto.seal(TEXT, TIMESTAMP, NONCE);
        String signature = (sealed.signature() + "0").substring(0, length);
        assertThatThrownBy(() -> open(new Envelope(signature, TIMESTAMP, NONCE, sealed.encrypt())))
                .isExactlyInstanceOf(SignatureMismatch.class);
    }

    @Test
    void upperCaseSignatureIsRefused() {
        Envelope sealed = crypto.seal(TEXT, TIMESTAMP, NONCE);
        assertThatThrownBy(() -> open(
                        new Envelope(sealed.signature().toUpperCase(Locale.ROOT), TIMESTAMP, NONCE, sealed.encrypt())))
                .isExactlyInstanceOf(SignatureMismatch.class);
    }

    @Test
    void stringsAreSortedAsBytesNotAsUtf16() {
        // U+FF5E is less than the emoji in UTF-8, and greater in UTF-16.
        Envelope sealed = crypto.seal(TEXT, "\uff5e", "\ud83d\ude00");
        assertThat(sealed.signature()).isEqualTo(sha1(sealedFirst(sealed) + "\uff5e\ud83d\ude00"));
        assertThat(open(sealed)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", " ", "=", "-", "_", "!", "é"})
    void whatIsNoBase64IsRefused(String inserted) {
        String encrypt = crypto.seal(TEXT, TIMESTAMP, NONCE).encrypt();
        assertUndecipherable(
                encrypt.substring(0, 20) + inserted + encrypt.substring(20), "The field encrypt is not base64");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 31, 33})
    void incompleteBlockIsRefused(int length) {
        assertUndecipherable(Base64.getEncoder().encodeToString(new byte[length]), "it is incomplete");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -128, 33, 127})
    void padByteOutOfRangeIsRefused(int pad) throws Exception {
        byte[] padded = new byte[160];
        Arrays.fill(padded, (byte) pad);
        assertUndecipherable(encrypted(padded), "The padding of the decrypted message is wrong");
    }

    @ParameterizedTest
    @MethodSource("everyPadByte")
    void everyPadByteIsChecked(int wrong) throws Exception {
        byte[] padded = padded(TEXT.length, TEXT, 32);
        padded[padded.length - wrong] ^= 1;
        assertUndecipherable(encrypted(padded), "The padding of the decrypted message is wrong");
    }

    static IntStream everyPadByte() {
        return IntStream.rangeClosed(1, 32);
    }

    @Test
    void padThatIsLongerThanTheMessageIsRefused() throws Exception {
        byte[] padded = new byte[16];
        Arrays.fill(padded, (byte) 32);
        assertUndecipherable(encrypted(padded), "The padding of the decrypted message is wrong");
    }

    @Test
    void messageWithoutRoomForALengthIsRefused() throws Exception {
        byte[] padded = new byte[32];
        Arrays.fill(padded, (byte) 13);
        assertUndecipherable(encrypted(padded), "ends before the length");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, Integer.MAX_VALUE - 20, Integer.MIN_VALUE, -1, -20, 1000})
    void lengthThatCannotBeIsRefused(int length) throws Exception {
        byte[] message = padded(length, TEXT, 0);
        assertUndecipherable(encrypted(message), "The length of the text in the decrypted message is " + length);
    }

    @Test
    void lengthThatEndsElsewhereShiftsTheOwner() throws Exception {
        assertThat(mismatch(padded(TEXT.length - 1, TEXT, 0)).received()).isEqualTo("}" + OWNER_KEY);
        assertThat(mismatch(padded(TEXT.length + 1, TEXT, 0)).received()).isEqualTo(OWNER_KEY.substring(1));
        assertThat(mismatch(padded(TEXT.length + OWNER_KEY.length(), TEXT, 0)).received())
                .isEmpty();
    }

    @Test
    void ownerOfAnotherIsShownSafely() throws Exception {
        String evil = "a\r\n\u001b[31m<b>\u0000ÿ 钉" + "x".repeat(200);
        byte[] message = withOwner(evil);
        String received = mismatch(message).received();
        assertThat(received).hasSize(64).startsWith("a???[31m<b>???????xxx").matches("[!-~]*");
    }

    @Test
    void manyThreadsShareOneInstance() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                byte[] text = ("{\"thread\":" + i + "}").repeat(i + 1).getBytes(UTF_8);
                tasks.add(() -> {
                    for (int j = 0; j < 500; j++) {
                        assertThat(open(crypto.seal(text, TIMESTAMP, NONCE))).isEqualTo(text);
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private byte[] open(Envelope envelope) {
        return crypto.open(envelope);
    }

    private void assertUndecipherable(String encrypt, String says) {
        assertThatThrownBy(() -> open(new Envelope(sign(encrypt), TIMESTAMP, NONCE, encrypt)))
                .isExactlyInstanceOf(UndecipherableEnvelope.class)
                .hasMessageContaining(says);
    }

    private OwnerKeyMismatch mismatch(byte[] padded) throws Exception {
        String encrypt = encrypted(padded);
        return requireNonNull(catchThrowableOfType(
                OwnerKeyMismatch.class, () -> open(new Envelope(sign(encrypt), TIMESTAMP, NONCE, encrypt))));
    }

    private static byte[] withOwner(String owner) {
        return padded(0, owner.getBytes(UTF_8), 0, "");
    }

    private static byte[] padded(int lengthField, byte[] text, int pad) {
        return padded(lengthField, text, pad, OWNER_KEY);
    }

    /** A message with a length field and, unless 0, a number of pad bytes of one's own choice. */
    private static byte[] padded(int lengthField, byte[] text, int pad, String owner) {
        int length = 20 + text.length + owner.length();
        int padding = pad == 0 ? 32 - length % 32 : pad;
        int missing = (16 - (length + padding) % 16) % 16;
        ByteBuffer message = ByteBuffer.allocate(length + padding + missing);
        message.put(new byte[16]).putInt(lengthField).put(text);
        message.put(new byte[missing]).put(owner.getBytes(US_ASCII));
        Arrays.fill(message.array(), length + missing, message.capacity(), (byte) padding);
        return message.array();
    }

    private static String encrypted(byte[] padded) throws Exception {
        byte[] key = Base64.getDecoder().decode(CREDENTIALS.aesKey());
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(key, 0, 16));
        return Base64.getEncoder().encodeToString(cipher.doFinal(padded));
    }

    private static String sign(String encrypt) {
        return sha1(Stream.of(TOKEN, TIMESTAMP, NONCE, encrypt).sorted().reduce("", String::concat));
    }

    private static String sealedFirst(Envelope sealed) {
        return Stream.of(TOKEN, sealed.encrypt()).sorted().reduce("", String::concat);
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> changedAnywhere(String text) {
        return IntStream.range(0, text.length()).mapToObj(i -> {
            char changed = text.charAt(i) == 'a' ? 'b' : 'a';
            return text.substring(0, i) + changed + text.substring(i + 1);
        });
    }
}
