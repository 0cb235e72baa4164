package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.audit.JournalFile;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.simulator.HttpTarget;
import io.github.dingtalkinbox.service.simulator.Simulation;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import io.github.dingtalkinbox.service.simulator.SimulationResult;
import io.github.dingtalkinbox.service.simulator.Simulator;
import io.github.dingtalkinbox.service.simulator.StreamSimulation;
import io.github.dingtalkinbox.service.simulator.StreamSimulation.BothWays;
import io.github.dingtalkinbox.service.simulator.Waits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Simulates DingTalk against a running service. */
@Command(
        name = "simulate",
        description = {
            "Plays DingTalk: pushes encrypted approval events to a callback URL, some of them twice, and decrypts and"
                    + " checks each reply. With --stream, plays the gateway of Stream mode, and checks each"
                    + " acknowledgement.",
            "",
            "Every run invents new approvals; they are stored in the database of the service."
        },
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every delivery was answered success, if not at once, then on a retry",
            "1:a delivery was given up: its last answer was wrong or missing; or, over Stream, the service had no"
                    + " connection for 10 minutes, or did something else wrong",
            "2:wrong options, no credentials, or a port that is taken"
        })
final class SimulateCommand implements Callable<Integer> {
    private static final String DEFAULT_URL = "http://localhost:8080/dingtalk/callback";
    /** Longer than a client waits after it was not accepted. */
    private static final Duration CONNECT_LIMIT = Duration.ofMinutes(10);

    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Clock clock;

    @Option(
            names = "--url",
            paramLabel = "<url>",
            description = {
                "The callback URL. With several, each delivery of an event goes to the next one.",
                "With --stream, only together with --http-share.",
                "Default: " + DEFAULT_URL
            })
    private List<URI> urls = List.of();

    @Option(names = "--events", paramLabel = "<n>", description = "Number of events. Default: ${DEFAULT-VALUE}")
    private int events = 1000;

    @Option(
            names = "--twins",
            paramLabel = "<0..1>",
            description = "Share of them that is delivered a second time, 0 to 50 ms later. Default: ${DEFAULT-VALUE}")
    private double twins = 0.5;

    @Option(
            names = "--out-of-order",
            paramLabel = "<0..1>",
            description = "Share of them that comes after the next event of its approval. Default: ${DEFAULT-VALUE}")
    private double outOfOrder = 0.05;

    @Option(
            names = "--rate",
            paramLabel = "<n>",
            description = "Events per second, without twins. Default: 0, as fast as they are answered")
    private double rate = 0;

    @Option(
            names = "--concurrency",
            paramLabel = "<n>",
            description = "Concurrent deliveries at most. Default: ${DEFAULT-VALUE}")
    private int concurrency = 16;

    @Option(
            names = "--timeout",
            paramLabel = "<ms>",
            description = "How long to wait for an answer. Default: 2500, over Stream 3000, as DingTalk does")
    private @Nullable Long timeoutMillis;

    @Option(
            names = "--retry-after",
            paramLabel = "<ms>,…",
            converter = Waits.Converter.class,
            description =
                    "Pauses before a delivery that was not answered success is retried; none: no retries. Default:"
                            + " 10000,30000, as DingTalk does; over Stream 3000,16000,60000,60000,60000, because its"
                            + " times are not documented")
    private @Nullable Waits retryAfter;

    @Option(
            names = "--journal",
            paramLabel = "<file>",
            description = "Append a line for each delivery and its answer to this file, for \"audit verify\".")
    private @Nullable Path journal;

    @Option(
            names = "--seed",
            paramLabel = "<n>",
            description = "Repeat the approvals, twins and order of the run that printed this seed. Default: a new one")
    private @Nullable Long seed;

    @Mixin
    private final StreamOptions stream = new StreamOptions();

    @Mixin
    private final CredentialsOptions credentials = new CredentialsOptions();

    SimulateCommand(Terminal terminal, Map<String, String> environment, Clock clock) {
        this.terminal = terminal;
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        Run run = run();
        if (journal == null) {
            return run.play(entry -> {});
        }
        try (JournalFile file = open(journal)) {
            return run.play(file::append);
        }
    }

    private Run run() {
        try {
            if (stream.isWanted()) {
                return new StreamRun(terminal, clock, stream.settings(), streamSimulation())::play;
            }
            stream.refuseWithoutStream();
            Simulation simulation = new Simulation(targets(), credentials.find(environment), load(), chosenSeed());
            return entries -> play(simulation, entries);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + ".");
        }
    }

    private int play(Simulation simulation, Consumer<JournalEntry> entries) throws InterruptedException {
        String targets = simulation.urls().stream().map(URI::toString).collect(Collectors.joining(" and "));
        terminal.out().println("Playing DingTalk against " + targets + " (seed " + simulation.seed() + ")");
        terminal.out().flush();
        try (var progress = new Progress(terminal)) {
            SimulationResult result = Simulator.run(
                    simulation,
                    clock,
                    entries,
                    progress.counting("Events", simulation.load().events()));
            ResultTable.ofHttp(result).print(terminal.out());
            return result.isAllAnswered() ? 0 : 1;
        }
    }

    private static JournalFile open(Path file) {
        try {
            return JournalFile.open(file);
        } catch (NoSuchFileException e) {
            throw new UsageException("The journal " + file + " cannot be written: its folder does not exist. Create it,"
                    + " or choose another file.");
        } catch (IOException e) {
            throw new UsageException("The journal " + file + " cannot be written: " + e + ".");
        }
    }

    private StreamSimulation streamSimulation() {
        double share = stream.httpShare();
        if (share == 0 && (!urls.isEmpty() || credentials.areGiven())) {
            throw new UsageException(
                    "Over Stream alone there is no callback URL: give --http-share with --url, --token,"
                            + " --aes-key and --owner-key, or none of them.");
        }
        BothWays bothWays =
                share == 0 ? null : new BothWays(share, new HttpTarget(targets(), credentials.find(environment)));
        return new StreamSimulation(load(), chosenSeed(), stream.misbehaviours(), CONNECT_LIMIT, bothWays);
    }

    private List<URI> targets() {
        return urls.isEmpty() ? List.of(URI.create(DEFAULT_URL)) : urls;
    }

    private Load load() {
        Duration ownTimeout = stream.isWanted() ? Load.STREAM_TIMEOUT : Load.DINGTALK_TIMEOUT;
        List<Duration> ownRetries = stream.isWanted() ? Load.STREAM_RETRIES : Load.DINGTALK_RETRIES;
        return new Load(
                events,
                twins,
                outOfOrder,
                rate,
                concurrency,
                timeoutMillis == null ? ownTimeout : Duration.ofMillis(timeoutMillis),
                retryAfter == null ? ownRetries : retryAfter.durations());
    }

    private long chosenSeed() {
        return seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
    }

    /** What is played, once it is known that the options fit together. */
    private interface Run {
        int play(Consumer<JournalEntry> entries) throws InterruptedException;
    }
}
