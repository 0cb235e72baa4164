package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.service.audit.Audit;
import io.github.dingtalkinbox.service.audit.InvalidJournal;
import io.github.dingtalkinbox.service.audit.InvariantFindings;
import io.github.dingtalkinbox.service.audit.JournalFindings;
import io.github.dingtalkinbox.service.audit.StandbyConflict;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.verification.ChainHead;
import io.github.dingtalkinbox.service.verification.SealCheck;
import io.github.dingtalkinbox.service.verification.SealFindings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Checks the consistency of the database, and compares it with the journal of a sender. */
@Command(
        name = "verify",
        description = {
            "Runs the consistency checks (queries that must return no rows), and looks for every event that a sender's"
                    + " journal says was answered success.",
            "",
            "Uses the database of the service, from the same configuration (environment, application.properties,"
                    + " --spring.datasource.url=…); if none is configured, the embedded one of a service that is running"
                    + " on this machine. Only reads."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is lost, nothing is there twice, nothing was changed",
            "1:something is lost, twice or changed",
            "2:wrong options, no journal, no key, or no database"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--journal",
            paramLabel = "<file>",
            description =
                    "A file that \"simulate --journal <file>\" wrote: each event in it that was answered success must"
                            + " be processed or queued.")
    private @Nullable Path journal;

    @Option(
            names = "--seals",
            description = "Recompute every seal of the event log, which shows what was changed, added or removed. Needs"
                    + " inbox.seal.key (INBOX_SEAL_KEY), as the service has it, and a role that reads the tables, such as"
                    + " inbox_payload_auditor. Reads the whole log.")
    private boolean seals;

    @Option(
            names = "--head",
            paramLabel = "<number:hex>",
            description =
                    "A latest seal that you kept, from the service's log or an earlier check. Shows whether the newest"
                            + " seals were cut off. Implies --seals.")
    private @Nullable String head;

    @Option(
            names = "--heads",
            paramLabel = "<file>",
            description = "Lines that end with a latest seal that you kept: the file in inbox.seal.head.file, what"
                    + " inbox.seal.head.url was sent, or lines of the service's log. Each is compared with the seals. May be"
                    + " given several times. Implies --seals.")
    private List<Path> heads = List.of();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new ServiceDatabase(properties).useConfigured(this::verify);
    }

    private int verify(DataSource dataSource, Environment configuration) {
        SealKeys keys = seals || head != null || !heads.isEmpty() ? keys(configuration) : null;
        List<ChainHead> kept = kept();
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
        var check = new SealCheck(dataSource);
        if (keys == null) {
            report.printUnchecked(StandbyConflict.retried(check::count));
        } else {
            SealFindings findings = verify(check, keys, kept);
            report.print(findings);
            well &= findings.isEmpty();
        }
        return well && invariants.stream().allMatch(InvariantFindings::isEmpty) ? 0 : 1;
    }

    private SealFindings verify(SealCheck check, SealKeys keys, List<ChainHead> kept) {
        try (var progress = new Progress(terminal)) {
            return StandbyConflict.retried(
                    () -> check.verify(keys, kept, hour -> progress.show("Seals checked up to " + hour)));
        } catch (ConfigurationProblem e) {
            throw new UsageException(e.description() + " " + e.action());
        }
    }

    private static SealKeys keys(Environment configuration) {
        try {
            return SealCheck.keys(configuration);
        } catch (ConfigurationProblem e) {
            throw new UsageException(e.description() + " " + e.action());
        }
    }

    private List<ChainHead> kept() {
        List<ChainHead> kept = new ArrayList<>();
        try {
            if (head != null) {
                kept.add(SealCheck.head(head));
            }
            for (Path file : heads) {
                kept.addAll(SealCheck.heads(file));
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + ".");
        } catch (IOException e) {
            throw new UsageException("The heads cannot be read: " + e + ".");
        }
        return kept;
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
