package io.github.dingtalkinbox.internal.json;

/** The text is not one JSON value and nothing else. Its message quotes nothing of the text, so that it may be logged. */
public final class NotJson extends RuntimeException {
    NotJson(String message) {
        super(message);
    }
}
