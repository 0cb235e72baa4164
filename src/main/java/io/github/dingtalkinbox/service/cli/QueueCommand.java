package io.github.dingtalkinbox.service.cli;

import picocli.CommandLine.Command;

/** The operator's side of the queue. */
@Command(
        name = "queue",
        description = {
            "Lists queued events, waiting and failed; replays or discards them.",
            "",
            "Uses the database of the service, from the same configuration (environment, application.properties,"
                    + " --spring.datasource.url=…); if none is configured, the embedded one of a service that is running"
                    + " on this machine."
        },
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        synopsisSubcommandLabel = "COMMAND")
final class QueueCommand {}
