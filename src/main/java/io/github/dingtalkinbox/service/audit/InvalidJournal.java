package io.github.dingtalkinbox.service.audit;

/** The file is not a journal. The message says which file, and what is wrong. */
public final class InvalidJournal extends RuntimeException {
    InvalidJournal(String message) {
        super(message);
    }
}
