package io.github.dingtalkinbox.service.cli;

import picocli.CommandLine.Command;

/** The operator's side of the queue. */
@Command(
        name = "queue",
        description = {
            "What waits in the queue, and what has failed there: look at it, have it tried again, or give it up.",
            "",
            "The database is the service's: configured as for the service (environment, application.properties,"
                    + " --spring.datasource.url=…), else the embedded one of a service that runs here."
        },
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        synopsisSubcommandLabel = "COMMAND")
final class QueueCommand {}
