package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.CleanupOrder;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.retention.RetentionJob;
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
import java.util.concurrent.CountDownLatch;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** The cleanup, for cron and Kubernetes. */
@Command(
        name = "cleanup",
        description = {
            "Removes rows that are older than inbox.retention.* says, once, or every night (--scheduled). Only one cleanup runs"
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
    /** Commands log nothing of the kind otherwise. */
    private static final String LOG_OF_THE_JOB = "--logging.level.io.github.dingtalkinbox.internal.retention=info";

    /** For the batch that is being removed: Docker kills after 10 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Terminal terminal;

    @Option(names = "--dry-run", description = "Show what would be removed, and remove nothing.")
    private boolean dryRun;

    @Option(
            names = "--scheduled",
            description = "Do not end, but clean up whenever inbox.retention.schedule says, until stopped.")
    private boolean isScheduled;

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

    @Mixin
    private final OperatorOption operator = new OperatorOption();

    @Unmatched
    private final List<String> properties = new ArrayList<>();

    CleanupCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        Duration instead = olderThan == null ? null : duration(olderThan);
        String origin = NodeName.get();
        CleanupOrder order =
                new CleanupOrder(operator.name(), origin, reason.isBlank() ? "cleanup command" : reason, instead);
        if (isScheduled && dryRun) {
            throw new UsageException("--scheduled and --dry-run exclude each other.");
        }
        if (isScheduled) {
            properties.add(LOG_OF_THE_JOB);
        }
        return new ServiceDatabase(properties).useConfigured((dataSource, environment) -> {
            RetentionProperties configured = properties(environment);
            try (Retention retention = retention(dataSource, configured, keys(environment), origin)) {
                if (isScheduled) {
                    runUntilStopped(new RetentionJob(retention, configured.schedule(), order, PATIENCE));
                    return 0;
                }
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

    /** Until the process is told to end, or this thread is. */
    private void runUntilStopped(RetentionJob job) throws InterruptedException {
        if (!job.isAutoStartup()) {
            throw new UsageException("inbox.retention.schedule says no time: set it to one, or remove --scheduled.");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(job::stop));
        job.start();
        terminal.out().println("The cleanup runs whenever inbox.retention.schedule says.");
        try {
            new CountDownLatch(1).await();
        } finally {
            job.stop();
        }
    }

    private static RetentionProperties properties(Environment environment) {
        try {
            return Binder.get(environment).bindOrCreate("inbox.retention", RetentionProperties.class);
        } catch (BindException e) {
            throw wrong(e);
        }
    }

    private static Retention retention(
            DataSource dataSource, RetentionProperties properties, @Nullable SealKeys keys, String origin) {
        try {
            return Retention.on(dataSource, properties, keys, origin, CleanupListener.NONE);
        } catch (IllegalStateException e) {
            throw wrong(e);
        }
    }

    private static @Nullable SealKeys keys(Environment environment) {
        try {
            return SealKeys.in(environment).orElse(null);
        } catch (ConfigurationProblem e) {
            throw new UsageException(e.description() + " " + e.action());
        }
    }

    private static UsageException wrong(RuntimeException e) {
        return new UsageException("The configuration of the cleanup is wrong, see inbox.retention.*: "
                + NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }

    private static Duration duration(String text) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--older-than is not a duration: \"" + text + "\". Write 30d, or 48h.");
        }
    }
}
