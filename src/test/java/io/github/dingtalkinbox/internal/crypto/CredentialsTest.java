package io.github.dingtalkinbox.internal.crypto;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {
    private static final String TOKEN = "secretToken1";
    private static final String AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    private static final String OWNER_KEY = "dingvectorappkey01";

    @Test
    void limitsThemselvesAreAllowed() {
        assertThat(new Credentials("abc", AES_KEY, "!").token()).isEqualTo("abc");
        assertThat(new Credentials("a".repeat(63), AES_KEY, "~".repeat(128)).ownerKey())
                .hasSize(128);
    }

    @ParameterizedTest
    @CsvSource({"0", "2", "64"})
    void tokenOfAnotherLengthIsRefused(int length) {
        assertRefused("token", "must be 3 to 63 characters [A-Za-z0-9], but has " + length, "t".repeat(length));
    }

    @ParameterizedTest
    @CsvSource({"to-ken", "'tok en'", "tökén", "token１"})
    void tokenOfOtherCharactersIsRefused(String token) {
        assertRefused("token", "must be 3 to 63 characters [A-Za-z0-9], but contains another character", token);
    }

    @ParameterizedTest
    @CsvSource({"0", "42", "44"})
    void aesKeyOfAnotherLengthIsRefused(int length) {
        assertRefused("aes-key", "must be exactly 43 characters [A-Za-z0-9], but has " + length, "k".repeat(length));
    }

    @ParameterizedTest
    @CsvSource({"+", "/", "=", "-", "_", "' '"})
    void aesKeyOfOtherCharactersIsRefused(String character) {
        assertRefused("aes-key", "but contains another character", AES_KEY.substring(1) + character);
    }

    @ParameterizedTest
    @CsvSource({"''", "'a b'", "钉钉", "'a\n'"})
    void ownerKeyThatIsNotVisibleAsciiIsRefused(String ownerKey) {
        assertRefused("owner-key", "must be 1 to 128 visible ASCII characters, but ", ownerKey);
    }

    @Test
    void ownerKeyThatIsTooLongIsRefused() {
        assertRefused("owner-key", "must be 1 to 128 visible ASCII characters, but has 129", "a".repeat(129));
    }

    @Test
    void printedCredentialsShowNoSecret() {
        assertThat(new Credentials(TOKEN, AES_KEY, OWNER_KEY))
                .asString()
                .contains(OWNER_KEY)
                .doesNotContain(TOKEN, AES_KEY);
    }

    private static void assertRefused(String field, String says, String value) {
        var refusal = catchThrowableOfType(
                InvalidCredential.class,
                () -> new Credentials(
                        field.equals("token") ? value : TOKEN,
                        field.equals("aes-key") ? value : AES_KEY,
                        field.equals("owner-key") ? value : OWNER_KEY));
        assertThat(requireNonNull(refusal, "not refused").field()).isEqualTo(field);
        assertThat(refusal).hasMessageContaining(says);
        if (value.length() > 3) {
            assertThat(refusal.getMessage()).doesNotContain(value);
        }
    }
}
