package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.operations.Instruction;
import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import io.github.dingtalkinbox.service.operations.QueueOperations;
import io.github.dingtalkinbox.service.operations.QueueSelection;
import io.github.dingtalkinbox.service.operations.Repetition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Replays events. */
@Command(
        name = "replay",
        description = {
            "Retries queued events at once, with a full set of attempts: the dead ones of the selection, unless ids or"
                    + " states are given. A discarded event comes back, at its old place in the order of its key.",
            "",
            "An event that has already been processed is left alone, unless --force is given."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all were replayed; in a dry run, all would be",
            "1:some were left alone, for the reason shown",
            "2:wrong options, or no database"
        })
final class QueueReplayCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<SpringApplication> service;

    @Mixin
    private final SelectionOptions selectionOptions = new SelectionOptions();

    @Mixin
    private final InstructionOptions instructionOptions = new InstructionOptions();

    @Option(
            names = "--force",
            description =
                    "If an event that is named by its id has already been processed, run its handlers once more, in"
                            + " one transaction: what they add is added a second time. Run this where the service runs, because it"
                            + " needs the same configuration and SQL files.")
    private boolean force;

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    QueueReplayCommand(Terminal terminal, Supplier<SpringApplication> service) {
        this.terminal = terminal;
        this.service = service;
    }

    @Override
    public Integer call() throws Exception {
        QueueSelection selection = selectionOptions.selectionToChange();
        if (force && !selectionOptions.hasIds()) {
            throw new UsageException("--force runs the handlers of processed events again: name each event by its id.");
        }
        Instruction instruction = instructionOptions.instruction("queue replay");
        var changes = new QueueChanges(terminal.out());
        new ServiceDatabase(properties).use(dataSource -> {
            QueueOperations operations = QueueChanges.operations(dataSource);
            changes.each(selection, operations, id -> operations.replay(id, selection.states(), instruction));
            return changes;
        });
        List<String> processed = changes.processed();
        if (!processed.isEmpty()) {
            repeat(processed, changes, instruction);
        }
        return changes.end(instruction.isDryRun() ? "Would be replayed" : "Replayed");
    }

    private void repeat(List<String> processed, QueueChanges changes, Instruction instruction) throws Exception {
        if (!force) {
            terminal.out()
                    .println("To run the handlers of a processed event once more, use --force: what they add is added a"
                            + " second time.");
            return;
        }
        if (instruction.isDryRun()) {
            for (String id : processed) {
                changes.settle(id, () -> OperatorOutcome.REPEATABLE);
            }
            return;
        }
        try (ConfigurableApplicationContext context = new ServiceHandlers(service.get(), properties).start()) {
            Repetition repetition = context.getBean(Repetition.class);
            for (String id : processed) {
                changes.settle(id, () -> repetition.repeat(id, instruction));
            }
        }
    }
}
