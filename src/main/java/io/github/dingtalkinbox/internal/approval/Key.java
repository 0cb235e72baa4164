package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.internal.json.Texts;

/**
 * A text as part of a primary key. PostgreSQL refuses index rows of more than 2704 bytes; three parts of this length
 * stay below, whatever their characters.
 */
final class Key {
    static final int MAX_LENGTH = 200;

    private Key() {}

    /** The text itself, or if it is too long its beginning and its SHA-256. */
    static String of(String text) {
        return Texts.shorten(text, MAX_LENGTH, "");
    }
}
