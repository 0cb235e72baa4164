package io.github.dingtalkinbox.internal.start;

/**
 * The start cannot go on for a reason that the person who starts it can mend. Its message says what is wrong; it names
 * properties, never secret values. Anyone who starts the service sees message and action, and no stack trace.
 */
public class ConfigurationProblem extends RuntimeException {
    private final String action;

    /**
     * With nothing that explains it better.
     *
     * @param description what is wrong
     * @param action what to do about it
     */
    public ConfigurationProblem(String description, String action) {
        super(description);
        this.action = action;
    }

    /**
     * With its cause.
     *
     * @param description what is wrong
     * @param action what to do about it
     */
    public ConfigurationProblem(String description, String action, Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    /** What is wrong. */
    public String description() {
        return String.valueOf(getMessage());
    }

    /** What to do about it. */
    public final String action() {
        return action;
    }
}
