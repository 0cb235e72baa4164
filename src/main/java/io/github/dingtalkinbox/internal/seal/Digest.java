package io.github.dingtalkinbox.internal.seal;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** A seal or a content: 32 bytes, or none where there is nothing to seal. */
final class Digest {
    /** Of nothing: the seal before the first one, the content of an hour without events. */
    static final Digest NONE = new Digest(new byte[0]);

    private final byte[] bytes;

    Digest(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && MessageDigest.isEqual(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** In hex. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
