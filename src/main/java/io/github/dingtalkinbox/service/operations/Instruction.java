package io.github.dingtalkinbox.service.operations;

/**
 * The operator, origin and reason of a change of events. Recorded with the change.
 *
 * @param operator a person
 * @param origin the command or page, and the machine
 * @param reason in the operator's words
 * @param isDryRun whether only to find out what would happen: nothing is changed or recorded
 */
public record Instruction(String operator, String origin, String reason, boolean isDryRun) {
    public Instruction {
        requireText("operator", operator);
        requireText("reason", reason);
    }

    private static void requireText(String what, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The " + what + " must say something, but is empty");
        }
    }
}
