package io.github.dingtalkinbox.service.audit;

/** The file is no journal. The message says which file, and what it is instead. */
public final class InvalidJournal extends RuntimeException {
    InvalidJournal(String message) {
        super(message);
    }
}
