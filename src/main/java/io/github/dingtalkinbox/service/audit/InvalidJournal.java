package io.github.dingtalkinbox.service.audit;

/** The file is no journal. The message says which file, and what it is instead. */
public final class InvalidJournal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidJournal(String message) {
        super(message);
    }
}
