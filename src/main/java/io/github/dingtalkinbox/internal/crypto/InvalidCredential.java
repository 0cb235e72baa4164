package io.github.dingtalkinbox.internal.crypto;

/** One of the three {@link Credentials} cannot be what DingTalk gave out. The message never contains the value. */
public final class InvalidCredential extends IllegalArgumentException {
    private final String field;

    InvalidCredential(String field, String message) {
        super(message);
        this.field = field;
    }

    /** {@code token}, {@code aes-key} or {@code owner-key}: the last word of the property or option to correct. */
    public String field() {
        return field;
    }
}
