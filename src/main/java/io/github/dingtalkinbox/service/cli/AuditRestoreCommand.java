package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.internal.text.Message;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.restore.Restore;
import io.github.dingtalkinbox.service.restore.Restore.InvalidArchive;
import io.github.dingtalkinbox.service.restore.Restore.RestoredFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Restores archives, to look at them. */
@Command(
        name = "restore",
        description = {
            "Loads archive files of the cleanup into the tables restored_events and restored_duplicates, and creates these"
                    + " if they are missing. The log itself is not touched. With inbox.seal.key (INBOX_SEAL_KEY), they are"
                    + " compared with what was sealed. Rows that are already there stay as they are, so a"
                    + " file can be loaded again.",
            "",
            "Uses the database of the service, or any other: --spring.datasource.url=… As the role inbox_migrator, or another"
                    + " one that may create tables in the schema inbox: --spring.datasource.username=inbox_migrator."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all files were loaded",
            "1:some files are damaged or not as they were archived (nothing of those was loaded), or not what was sealed",
            "2:wrong options, or no database"
        })
final class AuditRestoreCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "<file>", description = "Files from the folder inbox.retention.archive.")
    private final List<Path> files = new ArrayList<>();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    AuditRestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceDatabase(properties).useConfigured((dataSource, configuration) -> {
            Restore restore = new Restore(dataSource, keys(configuration));
            boolean well;
            try {
                List<Path> loaded =
                        files.stream().filter(file -> load(restore, file)).toList();
                well = loaded.size() == files.size();
                for (Path file : loaded) { // a day may have several files
                    well &= compare(restore, file);
                }
            } catch (DataAccessException e) {
                throw explained(e);
            }
            return well ? 0 : 1;
        });
    }

    private static RuntimeException explained(DataAccessException e) {
        return SqlStates.isForbidden(e)
                ? new UsageException(
                        "This role may not create the tables: name inbox_migrator, or the owner of the inbox,"
                                + " in spring.datasource.username and .password. PostgreSQL says: "
                                + NestedExceptionUtils.getMostSpecificCause(e).getMessage())
                : e;
    }

    private static @Nullable SealKeys keys(Environment configuration) {
        try {
            return SealKeys.in(configuration).orElse(null);
        } catch (ConfigurationProblem e) {
            throw new UsageException(e.description() + " " + e.action());
        }
    }

    private boolean compare(Restore restore, Path file) {
        List<Message> differences = restore.differences(file);
        differences.forEach(difference -> terminal.err()
                .println(file + " is not what was sealed: " + difference.text()
                        + ". If its day has other archives, load them, too: see audit_cleanups.archive_file."));
        return differences.isEmpty();
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
                                    ? "; checksum and count match cleanup_runs"
                                    : "; complete, but cleanup_runs of this database does not know it"));
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
