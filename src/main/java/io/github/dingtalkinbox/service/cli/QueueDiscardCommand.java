package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.operations.Instruction;
import io.github.dingtalkinbox.service.operations.QueueOperations;
import io.github.dingtalkinbox.service.operations.QueueSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** Discards queued events. */
@Command(
        name = "discard",
        description = {
            "Discards queued events: the dead ones of the selection, unless ids or states are given. They are not"
                    + " processed any more, and events that they block go on. A later delivery of one counts as a duplicate."
                    + " \"queue replay <id>\" brings one back."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all were discarded; in a dry run, all would be",
            "1:some were left alone, for the reason shown",
            "2:wrong options, or no database"
        })
final class QueueDiscardCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final SelectionOptions selectionOptions = new SelectionOptions();

    @Mixin
    private final InstructionOptions instructionOptions = new InstructionOptions();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    QueueDiscardCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        QueueSelection selection = selectionOptions.selectionToChange();
        Instruction instruction = instructionOptions.instruction("queue discard");
        var changes = new QueueChanges(terminal.out());
        return new ServiceDatabase(properties).use(dataSource -> {
            QueueOperations operations = QueueChanges.operations(dataSource);
            changes.each(selection, operations, id -> operations.discard(id, selection.states(), instruction));
            return changes.end(instruction.isDryRun() ? "Would be discarded" : "Discarded");
        });
    }
}
