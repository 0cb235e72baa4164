package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import io.github.dingtalkinbox.service.embedded.ShellCommand;
import io.github.dingtalkinbox.service.gateway.GatewayCount;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.simulator.Misbehaviour;
import io.github.dingtalkinbox.service.simulator.SimulationResult;
import io.github.dingtalkinbox.service.simulator.Simulator;
import io.github.dingtalkinbox.service.simulator.StreamSimulation;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A simulation over Stream, as people see it. */
final class StreamRun {
    private final Terminal terminal;
    private final Clock clock;
    private final GatewaySettings settings;
    private final StreamSimulation simulation;

    StreamRun(Terminal terminal, Clock clock, GatewaySettings settings, StreamSimulation simulation) {
        this.terminal = terminal;
        this.clock = clock;
        this.settings = settings;
        this.simulation = simulation;
    }

    /** Plays it to its end, and gives the exit code. */
    int play(Consumer<JournalEntry> entries) throws InterruptedException {
        try (var progress = new Progress(terminal);
                PlayedGateway gateway = start(progress)) {
            invite(gateway);
            simulation.awaitConnection(gateway);
            progress.say("The service has connected.");
            SimulationResult result = Simulator.run(
                    simulation,
                    gateway,
                    clock,
                    entries,
                    progress.counting("Events", simulation.load().events()));
            gateway.goAway();
            ResultTable.ofStream(result).print(terminal.out());
            report(gateway);
            return result.isAllAnswered() && gateway.faults().isEmpty() ? 0 : 1;
        } catch (StreamSimulation.NotConnected e) {
            terminal.err().println(e.getMessage() + ". Is it running, with the settings above?");
            return 1;
        }
    }

    private PlayedGateway start(Progress progress) {
        try {
            return PlayedGateway.start(settings, clock, new RefusedClients(progress));
        } catch (IOException e) {
            throw new UsageException("The port " + settings.port() + " cannot be listened to: " + e.getMessage()
                    + ". Choose another one with --port.");
        }
    }

    private void invite(PlayedGateway gateway) {
        PrintWriter out = terminal.out();
        out.println("Playing DingTalk's Stream gateway (seed " + simulation.seed() + "). Start the service in another"
                + " terminal, after:");
        out.println();
        exports(settings, gateway.port()).forEach(line -> out.println("  " + line));
        out.println();
        out.println("Waiting until it connects.");
        out.flush();
    }

    /** What to paste into a shell before the service is started there. */
    static List<String> exports(GatewaySettings settings, int port) {
        return List.of(
                export("INBOX_APPS_DEFAULT_STREAM_ENABLED", "true"),
                export("INBOX_APPS_DEFAULT_CLIENTID", settings.clientId()),
                export("INBOX_APPS_DEFAULT_CLIENTSECRET", settings.clientSecret()),
                export("INBOX_STREAM_BASEURL", "http://localhost:" + port));
    }

    private static String export(String variable, String value) {
        return "export " + ShellCommand.with(variable, value);
    }

    private void report(PlayedGateway gateway) {
        PrintWriter out = terminal.out();
        out.println();
        out.println("The service has opened " + gateway.count(GatewayCount.CONNECTIONS) + " connections, and answered "
                + gateway.count(GatewayCount.PINGS_ANSWERED) + " of " + gateway.count(GatewayCount.PINGS) + " pings.");
        Map<Misbehaviour, Integer> done = simulation.misbehaviours().done();
        if (!done.isEmpty()) {
            out.println("The gateway has misbehaved: "
                    + done.entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue())
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        List<String> faults = gateway.faults();
        if (!faults.isEmpty()) {
            out.println(
                    "The service has done " + gateway.count(GatewayCount.FAULTS) + " things wrong. The first of them:");
            faults.stream().limit(5).forEach(fault -> out.println("  " + fault));
        }
        out.flush();
    }
}
