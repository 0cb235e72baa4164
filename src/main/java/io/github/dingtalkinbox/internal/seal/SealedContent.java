package io.github.dingtalkinbox.internal.seal;

/**
 * Some rows of a table.
 *
 * @param rows how many there are
 * @param digest of all their columns, in hex
 */
public record SealedContent(long rows, String digest) {
    /** No rows. */
    public static final SealedContent EMPTY = new SealedContent(0, Seal.NONE);
}
