package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The whole way over HTTP, next to what the database alone can do for one event at a time. */
@Tag("http")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpBench {
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 5));
    private static final int ROUNDS = 5;
    private static final int CONNECTIONS = 64;
    /** More than a run can send. */
    private static final int MOST_PER_SECOND = 15_000;

    private DatabaseUnderLoad server;
    private ServiceUnderLoad service;
    private Load load;
    private RawLimit rawLimit;
    private ExactlyOnce exactlyOnce;

    @BeforeAll
    void start() throws Exception {
        ServiceUnderLoad.unpack();
        server = DatabaseUnderLoad.start("http");
        service = ServiceUnderLoad.start(server.database());
        load = new Load(service.address(), CONNECTIONS);
        rawLimit = new RawLimit(server.database());
        exactlyOnce = new ExactlyOnce(server.database().jdbc());
    }

    @AfterAll
    void stop() throws Exception {
        rawLimit.close();
        load.close();
        service.close();
        server.close();
    }

    @Test
    void throughput() throws Exception {
        for (int n = 0; n < 3; n++) { // warm-up
            overHttp(RUN);
        }
        raw(RUN);
        server.rest();
        StringBuilder rounds = new StringBuilder("| round | over HTTP | raw limit | ratio |\n|---|---|---|---|\n");
        List<Double> ratios = new ArrayList<>();
        for (int n = 1; n <= ROUNDS; n++) {
            Measured http = overHttp(RUN);
            Measured raw = raw(RUN);
            ratios.add(http.rate() / raw.rate());
            rounds.append("| %d | %s | %s | %.2f |%n".formatted(n, http, raw, http.rate() / raw.rate()));
        }
        ratios.sort(null);
        Results.target(
                "over HTTP, 64 connections, warm, vs the raw limit",
                String.format(Locale.ROOT, "%.2f×", ratios.get(ROUNDS / 2)),
                "2×",
                "3×");
        Results.details("Over HTTP and the raw limit", rounds + "\nPostgreSQL: " + server.settings());
    }

    private Measured overHttp(Duration time) throws Exception {
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES, 1_790_000_000_000L, new Random());
        List<Delivery> deliveries = Mix.DEFAULT.of(
                approvals, new Sealing(service.callbackUrl()), count(time));
        Measured measured = load.run(deliveries, new Pace.AsAnswered(time));
        exactlyOnce.verify(approvals.corpId(), List.of(measured), true);
        return measured;
    }

    private Measured raw(Duration time) throws Exception {
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES, 1_790_000_000_000L, new Random());
        List<Callback> callbacks = approvals.stream()
                .limit(count(time))
                .toList();
        Measured measured = rawLimit.run(callbacks, new Pace.AsAnswered(time));
        exactlyOnce.verify(approvals.corpId(), List.of(measured), false);
        return measured;
    }

    private static int count(Duration time) {
        return Math.toIntExact(time.toSeconds() * MOST_PER_SECOND);
    }
}
