package io.github.dingtalkinbox.internal.start;

/**
 * The start cannot continue, for a reason that the user can fix. The user sees the description and the action, without
 * a stack trace. Both name properties, but never secret values.
 */
public class ConfigurationProblem extends RuntimeException {
    private final String action;

    public ConfigurationProblem(String description, String action) {
        super(description);
        this.action = action;
    }

    public ConfigurationProblem(String description, String action, Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    public String description() {
        return String.valueOf(getMessage());
    }

    /** What to do about it. */
    public final String action() {
        return action;
    }
}
