package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.restore.Restore;
import io.github.dingtalkinbox.service.restore.Restore.InvalidArchive;
import io.github.dingtalkinbox.service.restore.Restore.RestoredFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Brings archives back, for looking at them. */
@Command(
        name = "restore",
        description = {
            "Loads what the cleanup has archived into the tables restored_events and restored_duplicates, which it makes"
                    + " if they are not there. The log itself is not touched. Rows that are there already stay as they"
                    + " are: a file may be loaded again.",
            "",
            "The database is the service's, or any other one: --spring.datasource.url=…"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all files are loaded",
            "1:some are damaged, or not what was archived; nothing of them was loaded",
            "2:wrong options, or no database"
        })
final class AuditRestoreCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "<file>", description = "Files of the folder inbox.retention.archive.")
    private final List<Path> files = new ArrayList<>();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    AuditRestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceDatabase(properties).use(dataSource -> {
            Restore restore = new Restore(dataSource);
            boolean well = true;
            for (Path file : files) {
                well &= load(restore, file);
            }
            return well ? 0 : 1;
        });
    }

    private boolean load(Restore restore, Path file) {
        try {
            RestoredFile loaded = restore.load(file);
            terminal.out()
                    .println(file + "  " + loaded.rows() + " rows"
                            + (loaded.table().isEmpty()
                                    ? ""
                                    : ", " + loaded.added() + " of them new in " + loaded.table())
                            + (loaded.isKnown()
                                    ? "; checksum and count are those in cleanup_runs"
                                    : "; whole, but not known to cleanup_runs here"));
            return true;
        } catch (InvalidArchive e) {
            terminal.err().println(e.getMessage() + ". Nothing of it was loaded.");
            return false;
        } catch (IOException e) {
            terminal.err().println(file + " cannot be read: " + e);
            return false;
        }
    }
}
