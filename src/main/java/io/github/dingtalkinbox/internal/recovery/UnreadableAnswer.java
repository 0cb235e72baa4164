package io.github.dingtalkinbox.internal.recovery;

/** An answer of DingTalk's, or an element of one, is not what its documents say. Does not quote it. */
final class UnreadableAnswer extends RuntimeException {
    UnreadableAnswer(String message) {
        super(message);
    }
}
