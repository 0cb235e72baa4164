package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.Median;
import io.github.dingtalkinbox.bench.Results;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Stream mode beside HTTP: one service, the same events, the runs in turn; and how long an event waits for its answer
 * while few come.
 */
@Tag("stream")
class StreamBench {
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 5));
    private static final int WARM_UP_RUNS = 12;
    private static final int PAIRS = Integer.getInteger("bench.pairs", 7);
    private static final int AT_ONCE = 64;
    private static final int CALM = 200;

    @Test
    void besideHttp() throws Exception {
        ServiceUnderLoad.unpack();
        GatewaySettings settings = GatewaySettings.of("dingbench", "secret");
        try (PlayedGateway gateway = PlayedGateway.start(settings, Clock.systemUTC());
                DatabaseUnderLoad server = DatabaseUnderLoad.start("stream");
                Rig rig = Rig.start(
                        server,
                        server.database(),
                        "inbox.apps.default.client-id=" + settings.clientId(),
                        "inbox.apps.default.client-secret=" + settings.clientSecret(),
                        "inbox.apps.default.stream.enabled=true",
                        "inbox.stream.base-url=" + gateway.baseUrl(),
                        "inbox.recovery.base-url=" + gateway.baseUrl(),
                        "inbox.recovery.interval=1h");
                Load http = rig.load(AT_ONCE)) {
            if (!gateway.awaitConnections(2, Duration.ofSeconds(30))) {
                throw new IllegalStateException("The service has not connected, see its log");
            }
            StreamLoad stream = rig.streamLoad(gateway, AT_ONCE);
            throughput(
                    new Series("over Stream", (count, pace) -> rig.overStream(stream, Mix.DEFAULT, count, pace)),
                    new Series("over HTTP", (count, pace) -> rig.overHttp(http, Mix.DEFAULT, 1024, count, pace)));
            latency(rig, stream, http);
            if (!gateway.faults().isEmpty()) {
                throw new IllegalStateException(gateway.faults().toString());
            }
            server.requireSound();
        }
    }

    /** Which of the two goes first takes turns as well. */
    private static void throughput(Series stream, Series http) throws Exception {
        for (int n = 0; n < WARM_UP_RUNS; n++) {
            stream.warmUp(RUN);
            http.warmUp(RUN);
        }
        for (int n = 0; n < PAIRS; n++) {
            (n % 2 == 0 ? stream : http).run(RUN);
            (n % 2 == 0 ? http : stream).run(RUN);
        }
        Results.target(
                "events over Stream, 64 at once, to the same over HTTP",
                String.format(Locale.ROOT, "%.2f", stream.ratioTo(http)),
                "0.9",
                "0.9");
        Results.details("Stream beside HTTP", Measured.header() + stream.rows() + http.rows());
    }

    private static void latency(Rig rig, StreamLoad stream, Load http) throws Exception {
        int count = CALM * Math.toIntExact(RUN.toSeconds());
        Pace pace = new Pace.PerSecond(CALM);
        List<Double> ratios = new ArrayList<>();
        StringBuilder rows = new StringBuilder(Measured.header());
        for (int n = 0; n < PAIRS; n++) {
            Measured first = n % 2 == 0
                    ? rig.overStream(stream, Mix.DEFAULT, count, pace)
                    : rig.overHttp(http, Mix.DEFAULT, 1024, count, pace);
            Measured second = n % 2 == 0
                    ? rig.overHttp(http, Mix.DEFAULT, 1024, count, pace)
                    : rig.overStream(stream, Mix.DEFAULT, count, pace);
            Measured overStream = n % 2 == 0 ? first : second;
            Measured overHttp = n % 2 == 0 ? second : first;
            ratios.add(overStream.millis(99) / overHttp.millis(99));
            rows.append(overStream.row("over Stream")).append(overHttp.row("over HTTP"));
        }
        Results.target(
                "p99 of the time to the answer at 200/s, over Stream to HTTP",
                String.format(Locale.ROOT, "%.2f", Median.of(ratios)),
                "1.1",
                "1.1");
        Results.details(
                "Times at 200/s",
                "Pairs: "
                        + ratios.stream()
                                .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                                .collect(Collectors.joining(", "))
                        + "\n\n" + rows);
    }
}
