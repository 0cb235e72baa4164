package io.github.dingtalkinbox.internal.crypto;

/** One of the three {@link Credentials} cannot be right. The message never contains the value. */
public final class InvalidCredential extends IllegalArgumentException {
    private final String field;

    InvalidCredential(String field, String message) {
        super(message);
        this.field = field;
    }

    /** {@code token}, {@code aes-key} or {@code owner-key}: the last part of the property or option to correct. */
    public String field() {
        return field;
    }
}
