package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.CleanupOrder;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.retention.RetentionProperties;
import io.github.dingtalkinbox.internal.retention.RetentionReport;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** The cleanup, for cron and Kubernetes. */
@Command(
        name = "cleanup",
        description = {
            "Removes rows that are older than inbox.retention.* says, as the service does every night. Only one cleanup runs"
                    + " at a time.",
            "",
            "Uses the configuration and the database of the service (environment, application.properties,"
                    + " --inbox.retention.events=…); if no database is configured, the embedded one of a service that is"
                    + " running on this machine."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything that was due is removed; in a dry run, would be",
            "1:something was left, for the reason shown",
            "2:wrong options, or no database"
        })
final class CleanupCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--dry-run", description = "Show what would be removed, and remove nothing.")
    private boolean dryRun;

    @Option(
            names = "--older-than",
            paramLabel = "<time>",
            description =
                    "Remove what is older than this (30d), instead of inbox.retention.events and inbox.retention.duplicates."
                            + " Event types with a period of their own (inbox.retention.event-types) keep it.")
    private @Nullable String olderThan;

    @Option(
            names = "--reason",
            paramLabel = "<text>",
            description = "Why. It is kept in cleanup_runs.",
            defaultValue = "cleanup command")
    private String reason = "";

    @Option(
            names = "--operator",
            paramLabel = "<name>",
            description = "Who does it. Default: user@host of this machine.")
    private @Nullable String operator;

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    CleanupCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        Duration instead = olderThan == null ? null : duration(olderThan);
        String origin = NodeName.get();
        CleanupOrder order = new CleanupOrder(
                InstructionOptions.operator(operator), origin, reason.isBlank() ? "cleanup command" : reason, instead);
        return new ServiceDatabase(properties).useConfigured((dataSource, environment) -> {
            try (Retention retention = configured(dataSource, environment, origin)) {
                RetentionReport report = dryRun ? retention.plan(instead) : retention.runOnce(order);
                new CleanupReport(terminal.out()).print(report, dryRun);
                return report.outcome() == CleanupOutcome.COMPLETED ? 0 : 1;
            } catch (CannotGetJdbcConnectionException | CannotCreateTransactionException e) {
                throw explained(e, environment);
            }
        });
    }

    /** Failed logins of the service itself are explained in the same way for all commands. */
    private static RuntimeException explained(RuntimeException e, Environment environment) {
        String role = environment.getProperty("inbox.retention.username", "");
        SQLException why = ServiceDatabase.deepest(e);
        return role.isBlank() || why == null
                ? e
                : new UsageException("The cleanup cannot log in to the database as " + role
                        + ", see inbox.retention.username and inbox.retention.password: " + why.getMessage());
    }

    private Retention configured(DataSource dataSource, Environment environment, String origin) {
        try {
            RetentionProperties properties =
                    Binder.get(environment).bindOrCreate("inbox.retention", RetentionProperties.class);
            return Retention.on(
                    dataSource, properties, SealKeys.in(environment).orElse(null), origin, CleanupListener.NONE);
        } catch (ConfigurationProblem e) {
            throw new UsageException(e.description() + " " + e.action());
        } catch (BindException | IllegalStateException e) {
            throw new UsageException("The configuration of the cleanup is wrong, see inbox.retention.*: "
                    + NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        }
    }

    private static Duration duration(String text) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--older-than is not a duration: \"" + text + "\". Write 30d, or 48h.");
        }
    }
}
