package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.job.NodeName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who changes something. */
final class OperatorOption {
    @Option(
            names = "--operator",
            paramLabel = "<name>",
            description = "Who does it. Default: user@host of this machine.")
    private @Nullable String name;

    /** The user of the operating system, unless another is named. */
    String name() {
        return name == null || name.isBlank() ? System.getProperty("user.name") + "@" + NodeName.host() : name;
    }
}
