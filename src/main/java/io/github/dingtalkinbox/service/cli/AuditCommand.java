package io.github.dingtalkinbox.service.cli;

import picocli.CommandLine.Command;

/** The promise, looked at from outside. */
@Command(
        name = "audit",
        description = {
            "Checks in the database that nothing is lost and nothing took effect twice, answers what DBAs ask, and brings"
                    + " back what the cleanup has archived."
        },
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        synopsisSubcommandLabel = "COMMAND")
final class AuditCommand {}
