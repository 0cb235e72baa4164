package io.github.dingtalkinbox.internal.seal;

/**
 * The events of an hour and type.
 *
 * @param events how many there are
 * @param digest of all their columns
 */
record SealedContent(long events, Digest digest) {
    /** Of an hour without events. */
    static final SealedContent EMPTY = new SealedContent(0, Digest.NONE);

    static final String WHAT = "dingtalk-inbox events 1";
}
