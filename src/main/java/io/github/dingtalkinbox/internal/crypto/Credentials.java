package io.github.dingtalkinbox.internal.crypto;

import java.util.regex.Pattern;

/**
 * The secrets that an app shares with DingTalk.
 *
 * @param token for signatures: 3 to 63 characters {@code [A-Za-z0-9]}. The console takes at most 32, the older register
 *     API fewer than 64
 * @param aesKey for encryption: DingTalk's EncodingAESKey, exactly 43 characters {@code [A-Za-z0-9]}
 * @param ownerKey names the receiver: the appKey (Client ID) of an app of one's own organisation, the suiteKey of a
 *     third-party app, or the corpId of a subscription made by the older register API. 1 to 128 visible ASCII
 *     characters
 */
public record Credentials(String token, String aesKey, String ownerKey) {
    private static final Pattern ALPHANUMERIC = Pattern.compile("[A-Za-z0-9]*");
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]*");

    /** @throws InvalidCredential if one of them cannot be right */
    public Credentials {
        require("token", "The token must be 3 to 63 characters [A-Za-z0-9]", token, 3, 63, ALPHANUMERIC);
        require(
                "aes-key",
                "The EncodingAESKey must be exactly 43 characters [A-Za-z0-9]",
                aesKey,
                43,
                43,
                ALPHANUMERIC);
        require(
                "owner-key",
                "The owner key must be 1 to 128 visible ASCII characters",
                ownerKey,
                1,
                128,
                VISIBLE_ASCII);
    }

    /** Shows only the owner key. */
    @Override
    public String toString() {
        return "Credentials[token=***, aesKey=***, ownerKey=" + ownerKey + "]";
    }

    private static void require(String field, String rule, String value, int min, int max, Pattern allowed) {
        if (value.length() < min || value.length() > max) {
            throw new InvalidCredential(field, rule + ", but has " + value.length());
        }
        if (!allowed.matcher(value).matches()) {
            throw new InvalidCredential(field, rule + ", but contains another character");
        }
    }
}
