package io.github.dingtalkinbox.service.operations;

/**
 * On whose behalf something is done with events, and why. It is written down with what is done.
 *
 * @param operator who: a person
 * @param origin from where: which command or page, on which machine
 * @param reason why, in the operator's words
 * @param isDryRun whether it is only to be found out what would happen: then nothing is changed, nor written down
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
