package io.github.dingtalkinbox.cli;

import io.github.dingtalkinbox.cli.Cli.Terminal;
import io.github.dingtalkinbox.cli.Cli.UsageException;
import io.github.dingtalkinbox.cli.Simulation.Load;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plays DingTalk against a running service. */
@Command(
        name = "simulate",
        description = {
            "Plays DingTalk: pushes encrypted approval events to a callback URL, some of them twice, and checks each"
                    + " reply by decrypting it.",
            "",
            "The approvals are new ones in every run, and end up in the database of the service."
        },
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every delivery was answered success",
            "1:a reply was wrong or missing",
            "2:wrong options, or no credentials"
        })
final class SimulateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Clock clock;

    @Option(names = "--url", paramLabel = "<url>", description = "The callback URL. Default: ${DEFAULT-VALUE}")
    private URI url = URI.create("http://localhost:8080/dingtalk/callback");

    @Option(names = "--events", paramLabel = "<n>", description = "Different events. Default: ${DEFAULT-VALUE}")
    private int events = 1000;

    @Option(
            names = "--twins",
            paramLabel = "<0..1>",
            description = "How many of them are delivered a second time, 0 to 50 ms later. Default: ${DEFAULT-VALUE}")
    private double twins = 0.5;

    @Option(
            names = "--out-of-order",
            paramLabel = "<0..1>",
            description = "How many of them come after the one that follows them in their approval. Default:"
                    + " ${DEFAULT-VALUE}")
    private double outOfOrder = 0.05;

    @Option(
            names = "--rate",
            paramLabel = "<n>",
            description = "Events per second, twins not counted; 0: as fast as they are answered. Default:"
                    + " ${DEFAULT-VALUE}")
    private double rate = 0;

    @Option(
            names = "--concurrency",
            paramLabel = "<n>",
            description = "Deliveries under way at the same time, at most. Default: ${DEFAULT-VALUE}")
    private int concurrency = 16;

    @Option(
            names = "--timeout",
            paramLabel = "<ms>",
            description = "How long an answer may take. Default: ${DEFAULT-VALUE}, as DingTalk's")
    private long timeoutMillis = Load.DINGTALK_TIMEOUT.toMillis();

    @Option(
            names = "--seed",
            paramLabel = "<n>",
            description =
                    "The same approvals, twins and order as in the run that printed it. Default: another each time")
    private @Nullable Long seed;

    @Mixin
    private final CredentialsOptions credentials = new CredentialsOptions();

    SimulateCommand(Terminal terminal, Map<String, String> environment, Clock clock) {
        this.terminal = terminal;
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public Integer call() throws InterruptedException {
        Simulation simulation = simulation();
        terminal.out().println("Playing DingTalk against " + simulation.url() + " (seed " + simulation.seed() + ")");
        terminal.out().flush();
        SimulationResult result = terminal.interactive() ? runWithProgress(simulation) : run(simulation, () -> {});
        new ResultTable(result).print(terminal.out());
        return result.isAllAnswered() ? 0 : 1;
    }

    private Simulation simulation() {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
        try {
            var load = new Load(events, twins, outOfOrder, rate, concurrency, Duration.ofMillis(timeoutMillis));
            return new Simulation(url, credentials.find(environment), load, chosen);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + ".");
        }
    }

    private SimulationResult runWithProgress(Simulation simulation) throws InterruptedException {
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("Events")
                .setInitialMax(simulation.load().events())
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed()
                .build()) {
            return run(simulation, bar::step);
        }
    }

    private SimulationResult run(Simulation simulation, Runnable afterEvent) throws InterruptedException {
        return Simulator.run(simulation, clock, afterEvent);
    }
}
