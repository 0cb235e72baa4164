package io.github.dingtalkinbox.service.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands in the service's jar. */
public final class Cli {
    private static final int HELP_WIDTH = 110;
    private static final Set<String> OWN_OPTIONS = Set.of("--help", "--version");

    private Cli() {}

    /**
     * Whether the arguments are a command. The service itself takes {@code --property=value} only, so a mistyped
     * command does not start it.
     */
    public static boolean isMeantBy(String[] args) {
        return Stream.of(args).anyMatch(a -> !a.startsWith("--") || OWN_OPTIONS.contains(a));
    }

    /**
     * Runs a command on the terminal.
     *
     * @param service creates the service without starting it, for commands that need its handlers; called at most once
     * @return the exit code: 0, 1 if the command found something wrong, 2 if its arguments are wrong
     */
    public static int run(String[] args, Supplier<SpringApplication> service) {
        var terminal = new Terminal(
                new PrintWriter(System.out, true, UTF_8),
                new PrintWriter(System.err, true, UTF_8),
                System.getenv("CI") == null && Ansi.AUTO.enabled());
        return run(args, terminal, System.getenv(), Clock.systemUTC(), service);
    }

    static int run(
            String[] args,
            Terminal terminal,
            Map<String, String> environment,
            Clock clock,
            Supplier<SpringApplication> service) {
        return new CommandLine(new Root())
                .addSubcommand(new KeysCommand(terminal))
                .addSubcommand(new SimulateCommand(terminal, environment, clock))
                .addSubcommand(new CommandLine(new AuditCommand())
                        .addSubcommand(new VerifyCommand(terminal))
                        .addSubcommand(new ReportCommand(terminal, clock))
                        .addSubcommand(new AuditRestoreCommand(terminal)))
                .addSubcommand(new MigrateCommand(terminal))
                .addSubcommand(new CleanupCommand(terminal))
                .addSubcommand(new CommandLine(new HoldCommand())
                        .addSubcommand(new HoldPlaceCommand(terminal))
                        .addSubcommand(new HoldListCommand(terminal))
                        .addSubcommand(new HoldReleaseCommand(terminal)))
                .addSubcommand(new CommandLine(new QueueCommand())
                        .addSubcommand(new QueueListCommand(terminal))
                        .addSubcommand(new QueueShowCommand(terminal))
                        .addSubcommand(new QueueReplayCommand(terminal, service))
                        .addSubcommand(new QueueDiscardCommand(terminal)))
                .addSubcommand(new HelpCommand())
                .setUsageHelpWidth(HELP_WIDTH)
                .registerConverter(Integer.class, OptionNumbers::wholeNumber)
                .registerConverter(int.class, OptionNumbers::wholeNumber)
                .registerConverter(Double.class, OptionNumbers::number)
                .registerConverter(double.class, OptionNumbers::number)
                .registerConverter(Long.class, OptionNumbers::longNumber)
                .registerConverter(long.class, OptionNumbers::longNumber)
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setParameterExceptionHandler(Cli::wronglyCalled)
                .setExecutionExceptionHandler(Cli::failed)
                .execute(args);
    }

    private static int wronglyCalled(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(isUnknownCommand(e) ? unknownCommand((UnmatchedArgumentException) e) : e.getMessage());
        command.getErr().println();
        if (command.getParent() == null) {
            command.usage(command.getErr());
        } else {
            command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return CommandLine.ExitCode.USAGE;
    }

    private static boolean isUnknownCommand(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && e.getCommandLine().getParent() == null;
    }

    private static String unknownCommand(UnmatchedArgumentException e) {
        return "There is no command \"" + e.getUnmatched().get(0)
                + "\". To start the service, give options only, such as" + " --server.port=8080.";
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
        if (e instanceof UsageException) {
            return wronglyCalled(new ParameterException(command, e.getMessage()), new String[0]);
        }
        throw e;
    }

    /** Where a command writes; {@code interactive} if a person is watching. */
    record Terminal(PrintWriter out, PrintWriter err, boolean interactive) {}

    /** The command was called in a wrong way, which only the command itself could detect. */
    static final class UsageException extends RuntimeException {
        UsageException(String message) {
            super(message);
        }
    }

    @Command(
            name = "dingtalk-inbox",
            description = {
                "Every DingTalk event takes effect exactly once in PostgreSQL.",
                "",
                "Without a command, the service starts. Its options are Spring properties: --server.port=8080, …"
            },
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            commandListHeading = "%nCommands:%n",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Root {}

    private static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Cli.class.getPackage().getImplementationVersion();
            return new String[] {"dingtalk-inbox " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
