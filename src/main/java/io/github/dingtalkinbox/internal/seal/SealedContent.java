package io.github.dingtalkinbox.internal.seal;

/**
 * The events of one type in an hour.
 *
 * @param events how many there are
 * @param digest of all their columns, in hex
 */
public record SealedContent(long events, String digest) {
    /** The content of an hour without events. */
    public static final SealedContent EMPTY = new SealedContent(0, Seal.NONE);

    static final String WHAT = "dingtalk-inbox events 1";
}
