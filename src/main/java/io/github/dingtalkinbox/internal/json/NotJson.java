package io.github.dingtalkinbox.internal.json;

/** The text is not one JSON value and nothing else. Its message quotes nothing of the text, so that it may be logged. */
public final class NotJson extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotJson(String message) {
        super(message);
    }
}
