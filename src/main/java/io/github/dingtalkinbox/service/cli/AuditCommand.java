package io.github.dingtalkinbox.service.cli;

import picocli.CommandLine.Command;

/** The promise, checked from outside. */
@Command(
        name = "audit",
        description = {
            "Checks in the database that nothing was lost and nothing took effect twice, runs reports, and restores what the"
                    + " cleanup archived."
        },
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        synopsisSubcommandLabel = "COMMAND")
final class AuditCommand {}
