package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.operations.LegalHolds;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Releases a legal hold. */
@Command(
        name = "release",
        description = {
            "Releases a legal hold. What it kept is removed by the next cleanup, if it is due and no other hold keeps it."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is released",
            "1:there is no such hold, or it was released before",
            "2:wrong options, or no database"
        })
final class HoldReleaseCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "<hold id>", description = "The hold, as \"hold list\" shows it.")
    private UUID hold = new UUID(0, 0);

    @Mixin
    private final HoldReason reason = new HoldReason();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    HoldReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        var instruction = reason.instruction("hold release");
        return new ServiceDatabase(properties).use(dataSource -> {
            if (new LegalHolds(dataSource).release(hold, instruction)) {
                terminal.out().println("Released the hold " + hold + ".");
                return 0;
            }
            terminal.err().println("There is no hold " + hold + " that was not released yet: see \"hold list\".");
            return 1;
        });
    }
}
