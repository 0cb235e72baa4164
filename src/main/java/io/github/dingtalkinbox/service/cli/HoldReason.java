package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.operations.Instruction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The operator and the reason of a legal hold, or of its release. */
final class HoldReason {
    @Option(names = "--reason", paramLabel = "<text>", description = "Why. Required; it is kept for good.")
    private @Nullable String reason;

    @Mixin
    private final OperatorOption operator = new OperatorOption();

    /** @throws UsageException if there is no reason */
    Instruction instruction(String command) {
        if (reason == null || reason.isBlank()) {
            throw new UsageException("Give a reason with --reason=\"…\": it is kept with the hold.");
        }
        return new Instruction(operator.name(), command + " on " + NodeName.get(), reason, false);
    }
}
