package io.github.dingtalkinbox.service.embedded;

/** The embedded database cannot serve, for a reason that somebody can mend. */
public final class EmbeddedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    EmbeddedFailure(String description, String action) {
        super(description);
        this.action = action;
    }

    EmbeddedFailure(String description, String action, Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    /** What to do. */
    public String action() {
        return action;
    }
}
