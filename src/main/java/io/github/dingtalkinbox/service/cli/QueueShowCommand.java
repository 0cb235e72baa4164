package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.operations.ProcessedDetails;
import io.github.dingtalkinbox.service.operations.QueueOperations;
import io.github.dingtalkinbox.service.operations.QueuedDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** One event, with everything that is known of it. */
@Command(
        name = "show",
        description = "Shows everything that is known of an event: its state, its last error, what it blocks, what"
                + " operators did with it, and its payload.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:there is no such event", "2:wrong options, or no database"})
final class QueueShowCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "<event id>", arity = "1..*", description = "The events, as \"queue list\" shows them.")
    private final List<String> eventIds = new ArrayList<>();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    QueueShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceDatabase(properties).use(dataSource -> {
            QueueOperations operations = QueueChanges.operations(dataSource);
            boolean areAllKnown = true;
            for (String eventId : eventIds) {
                areAllKnown &= show(operations, eventId);
            }
            return areAllKnown ? 0 : 1;
        });
    }

    private boolean show(QueueOperations operations, String eventId) {
        var report = new EventReport(terminal.out());
        Optional<QueuedDetails> queued = operations.find(eventId);
        if (queued.isPresent()) {
            report.print(queued.get());
            return true;
        }
        Optional<ProcessedDetails> processed = operations.findProcessed(eventId);
        processed.ifPresent(report::print);
        if (processed.isEmpty()) {
            terminal.err()
                    .println(Printable.line(eventId)
                            + " is unknown: it is neither in the queue nor among the processed events");
        }
        return processed.isPresent();
    }
}
