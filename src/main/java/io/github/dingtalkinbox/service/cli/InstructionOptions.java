package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.operations.Instruction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The operator and the reason of a change. */
final class InstructionOptions {
    @Option(names = "--reason", paramLabel = "<text>", description = "Why. Required; it is kept in operator_actions.")
    private @Nullable String reason;

    @Mixin
    private final OperatorOption operator = new OperatorOption();

    @Option(names = "--dry-run", description = "Show what would be done, and change nothing. Needs no --reason.")
    private boolean dryRun;

    /** @throws UsageException if there is no reason */
    Instruction instruction(String command) {
        if (!dryRun && (reason == null || reason.isBlank())) {
            throw new UsageException(
                    "Give a reason with --reason=\"…\": it is kept in operator_actions. (To see what would be"
                            + " done, use --dry-run.)");
        }
        return new Instruction(
                operator.name(),
                command + " on " + NodeName.get(),
                reason == null || reason.isBlank() ? "to see what would be done" : reason,
                dryRun);
    }
}
