package io.github.dingtalkinbox.cli;

import io.github.dingtalkinbox.audit.Audit;
import io.github.dingtalkinbox.audit.InvalidJournal;
import io.github.dingtalkinbox.audit.InvariantFindings;
import io.github.dingtalkinbox.audit.JournalFindings;
import io.github.dingtalkinbox.cli.Cli.Terminal;
import io.github.dingtalkinbox.cli.Cli.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Compares the database with itself, and with what a sender wrote down. */
@Command(
        name = "verify",
        description = {
            "Asks the database the questions that must have no answer, and looks for every event that a sender was"
                    + " answered success for.",
            "",
            "The database is the service's: configured as for the service (environment, application.properties,"
                    + " --spring.datasource.url=…), else the embedded one of a service that runs here. It is only read."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is lost, nothing is there twice",
            "1:something is",
            "2:wrong options, no journal, or no database"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--journal",
            paramLabel = "<file>",
            description = "What \"simulate --journal <file>\" wrote: each event in it that was answered success must be"
                    + " processed, or be queued.")
    private @Nullable Path journal;

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceDatabase(properties).use(this::verify);
    }

    private int verify(DataSource dataSource) {
        var audit = new Audit(dataSource);
        var report = new AuditReport(terminal.out());
        boolean well = true;
        if (journal != null) {
            JournalFindings findings = compare(audit, journal);
            report.print(journal, findings);
            well = findings.isEmpty();
        }
        List<InvariantFindings> invariants = audit.invariants();
        report.print(invariants);
        return well && invariants.stream().allMatch(InvariantFindings::isEmpty) ? 0 : 1;
    }

    private static JournalFindings compare(Audit audit, Path file) {
        try {
            return audit.compareWith(file);
        } catch (InvalidJournal e) {
            throw new UsageException(e.getMessage() + ".");
        } catch (IOException e) {
            throw new UsageException("The journal " + file + " cannot be read: " + e + ".");
        }
    }
}
