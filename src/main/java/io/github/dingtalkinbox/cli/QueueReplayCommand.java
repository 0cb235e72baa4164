package io.github.dingtalkinbox.cli;

import io.github.dingtalkinbox.cli.Cli.Terminal;
import io.github.dingtalkinbox.queue.Instruction;
import io.github.dingtalkinbox.queue.Operations;
import io.github.dingtalkinbox.queue.QueueSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** Has events tried again. */
@Command(
        name = "replay",
        description = {
            "Has events tried again that wait in the queue, from their first attempt and at once: the dead ones of the"
                    + " selection, unless ids or states are given. A discarded one comes back, at its old place in the"
                    + " order of its key."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all were replayed; in a dry run, all would be",
            "1:some were left alone, for the reason that stands there",
            "2:wrong options, or no database"
        })
final class QueueReplayCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final SelectionOptions selectionOptions = new SelectionOptions();

    @Mixin
    private final InstructionOptions instructionOptions = new InstructionOptions();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    QueueReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        QueueSelection selection = selectionOptions.selectionToChange();
        Instruction instruction = instructionOptions.instruction("queue replay");
        var changes = new QueueChanges(terminal.out());
        new ServiceDatabase(properties).use(dataSource -> {
            Operations operations = QueueChanges.operations(dataSource);
            changes.each(selection, operations, id -> operations.replay(id, selection.states(), instruction));
            return changes;
        });
        return changes.end(instruction.isDryRun() ? "Would be replayed" : "Replayed");
    }
}
