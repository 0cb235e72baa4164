package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.operations.LegalHolds;
import io.github.dingtalkinbox.service.operations.LegalHolds.HeldEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Places a legal hold. */
@Command(
        name = "place",
        description = {
            "Places a legal hold: the cleanup removes no event to which all of the options apply, and no duplicate of one,"
                    + " until \"hold release\". What was removed before stays removed."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is placed", "2:wrong options, or no database"})
final class HoldPlaceCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--approval",
            paramLabel = "<processInstanceId>",
            description = "Events of this approval: those whose payload names it in processInstanceId.")
    private @Nullable String approval;

    @Option(names = "--corp", paramLabel = "<corpId>", description = "Events of this organisation.")
    private @Nullable String corp;

    @Option(names = "--type", paramLabel = "<event type>", description = "Events of this type.")
    private @Nullable String type;

    @Option(
            names = "--from",
            paramLabel = "<time>",
            description =
                    "Events that were processed at this time or later (processed_at, by the database's clock):"
                            + " 2026-11-24T03:00:00Z, 2026-11-24T03:00 or 2026-11-24, in this machine's time zone if none is named.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "<time>", description = "Events that were processed before this time.")
    private @Nullable String to;

    @Mixin
    private final HoldReason reason = new HoldReason();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    HoldPlaceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        HeldEvents events = events();
        var instruction = reason.instruction("hold place");
        return new ServiceDatabase(properties).use(dataSource -> {
            terminal.out().println("Placed the hold " + new LegalHolds(dataSource).place(events, instruction) + ".");
            return 0;
        });
    }

    private HeldEvents events() {
        if (approval == null && corp == null && type == null && from == null && to == null) {
            throw new UsageException("Say what to keep, with --approval, --corp, --type, --from or --to.");
        }
        Instant start = from == null ? null : PointInTime.read("--from", from);
        Instant end = to == null ? null : PointInTime.read("--to", to);
        if (start != null && end != null && !start.isBefore(end)) {
            throw new UsageException("--from must be before --to.");
        }
        return new HeldEvents(approval, corp, type, start, end);
    }
}
