package io.github.dingtalkinbox.service.cli;

import picocli.CommandLine.Command;

/** Legal holds. */
@Command(
        name = "hold",
        description = {
            "Keeps events from being removed, however old they are: places, lists and releases legal holds.",
            "",
            "Uses the database of the service, from the same configuration (environment, application.properties,"
                    + " --spring.datasource.url=…); if none is configured, the embedded one of a service that is running"
                    + " on this machine."
        },
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        synopsisSubcommandLabel = "COMMAND")
final class HoldCommand {}
