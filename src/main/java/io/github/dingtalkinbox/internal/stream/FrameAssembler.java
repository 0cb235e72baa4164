package io.github.dingtalkinbox.internal.stream;

import org.jspecify.annotations.Nullable;

/** Puts the parts of a text message together. Each connection has its own. For one thread at a time. */
final class FrameAssembler {
    /** In characters: about eight times what the official Java client accepts, in bytes. */
    static final int LARGEST = 2 * 1024 * 1024;

    /** How much is kept of a message that is too large: its headers come first. */
    private static final int START = 16 * 1024;

    private final StringBuilder text = new StringBuilder();
    private boolean isTooLarge;

    /**
     * Adds a part.
     *
     * @return the message, if this was its last part
     */
    @Nullable
    WholeText add(CharSequence part, boolean isLast) {
        if (isLast && text.isEmpty() && !isTooLarge && part.length() <= LARGEST) { // the usual case, without a copy
            return new WholeText(part.toString(), false);
        }
        if (!isTooLarge && text.length() + part.length() <= LARGEST) {
            text.append(part);
        } else if (!isTooLarge) {
            isTooLarge = true;
            text.append(part, 0, Math.min(part.length(), START));
            text.setLength(Math.min(text.length(), START));
            text.trimToSize();
        }
        if (!isLast) {
            return null;
        }
        WholeText message = new WholeText(text.toString(), isTooLarge);
        text.setLength(0);
        text.trimToSize();
        isTooLarge = false;
        return message;
    }

    /** @param isCut whether this is only the beginning of one that was too large */
    record WholeText(String text, boolean isCut) {}
}
