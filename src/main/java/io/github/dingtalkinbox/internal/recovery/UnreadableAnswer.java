package io.github.dingtalkinbox.internal.recovery;

/** An answer of DingTalk, or an element of it, does not have the documented form. The message does not quote it. */
final class UnreadableAnswer extends RuntimeException {
    UnreadableAnswer(String message) {
        super(message);
    }
}
