package io.github.dingtalkinbox;

import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.audit.JournalFile;
import io.github.dingtalkinbox.service.simulator.Simulation;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import io.github.dingtalkinbox.service.simulator.Simulator;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Twins sent to a service, and its readiness, while something goes wrong with its database. */
final class FailoverScenario {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ANSWERS_BETWEEN = 200;

    private static final List<Duration> RETRIES =
            List.of(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(3));
    /** One simulation after the other, of different lengths: while some wait for their last retries, others send. */
    private static final List<Integer> EVENTS = List.of(40, 60, 80, 100);

    private static final double RATE = 8;
    private static final int CONCURRENCY = 16;
    private static final Duration GLANCE = Duration.ofMillis(100);

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Queue<Instant> successes = new ConcurrentLinkedQueue<>();
    private final Queue<Probe> probes = new ConcurrentLinkedQueue<>();
    private final Clock clock = Clock.systemUTC();
    private final URI url;
    private final URI readiness;
    private final Path journal;
    private Instant begin = Instant.MAX;
    private Instant mended = Instant.MAX;

    /** @param journal of what was answered; made by this */
    FailoverScenario(ServiceProcess service, Path journal) {
        this.url = service.url("/dingtalk/callback");
        this.readiness = service.url("/actuator/health/readiness");
        this.journal = journal;
    }

    /** Lets the fault happen under load. */
    void run(Fault fault) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(EVENTS.size());
        ScheduledExecutorService glances = Executors.newSingleThreadScheduledExecutor();
        try (JournalFile file = JournalFile.open(journal)) {
            Future<?> unused = glances.scheduleWithFixedDelay(this::probe, 0, GLANCE.toMillis(), TimeUnit.MILLISECONDS);
            List<Future<?>> sending = new ArrayList<>();
            for (int events : EVENTS) {
                sending.add(senders.submit(() -> {
                    while (!enough.get()) {
                        play(events, file);
                    }
                    return null;
                }));
            }
            try {
                awaitMoreAnswers();
                fault.happen(this);
            } finally {
                enough.set(true);
            }
            for (Future<?> sender : sending) {
                sender.get();
            }
        } finally {
            senders.shutdownNow();
            glances.shutdownNow();
        }
    }

    private void play(int events, JournalFile file) throws InterruptedException {
        Load load = new Load(events, 1, 0.05, RATE, CONCURRENCY, Load.DINGTALK_TIMEOUT, RETRIES);
        Simulator.run(
                new Simulation(List.of(url), Service.CREDENTIALS, load, 20261130),
                clock,
                entry -> {
                    if (entry.answer().equals(JournalEntry.SUCCESS)) {
                        successes.add(entry.answeredAt());
                    }
                    file.append(entry);
                },
                () -> {});
    }

    private void probe() {
        HttpRequest request =
                HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(2)).build();
        boolean ready;
        try {
            ready = http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | InterruptedException e) {
            ready = false;
        }
        probes.add(new Probe(clock.instant(), ready));
    }

    /** The fault begins now. */
    void begins() {
        begin = clock.instant();
        mended = begin;
    }

    /** The fault ends now; before, nothing could be received. */
    void isMended() {
        mended = clock.instant();
    }

    void awaitMoreAnswers() {
        int before = successes.size();
        await().atMost(PATIENCE).until(() -> successes.size() >= before + ANSWERS_BETWEEN);
    }

    /** What was seen of it, once it has run. */
    Interruption interruption() {
        Instant from = begin;
        Instant until = begin;
        Instant last = begin;
        for (Instant success :
                successes.stream().filter(begin::isBefore).sorted().toList()) {
            if (Duration.between(last, success).compareTo(Duration.between(from, until)) > 0) {
                from = last;
                until = success;
            }
            last = success;
        }
        List<Probe> after =
                probes.stream().filter(probe -> probe.at.isAfter(begin)).toList();
        Optional<Instant> unready =
                after.stream().filter(probe -> !probe.ready).map(Probe::at).findFirst();
        Optional<Instant> readyAgain = after.stream()
                .filter(probe -> !probe.ready)
                .reduce((first, second) -> second)
                .map(Probe::at);
        return new Interruption(
                Duration.between(from, until),
                Duration.between(mended, until),
                unready.map(at -> Duration.between(begin, at)),
                readyAgain.map(at -> Duration.between(mended, at)));
    }

    /** What goes wrong. */
    interface Fault {
        void happen(FailoverScenario scenario) throws Exception;
    }

    /**
     * How a fault was felt.
     *
     * @param silence the longest time without a {@code success}
     * @param receivedAgain how long after the fault, or after it was mended, that ended
     * @param unready how long after the fault it was said not to be ready
     * @param ready how long after the fault, or after it was mended, it was last said not to be ready
     */
    record Interruption(
            Duration silence, Duration receivedAgain, Optional<Duration> unready, Optional<Duration> ready) {}

    private record Probe(Instant at, boolean ready) {}
}
