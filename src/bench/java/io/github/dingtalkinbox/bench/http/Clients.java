package io.github.dingtalkinbox.bench.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Threads that take turns at one list of work.
 *
 * @param <T> the work
 */
final class Clients<T> implements AutoCloseable {
    /** After which a run has failed: nothing that is measured takes as long, on whatever machine. */
    static final Duration LONGEST_RUN = Duration.ofMinutes(5);

    private final List<? extends Client<T>> clients;
    private final Supplier<ProcessorTime> processorTime;
    private final ExecutorService threads;

    /** @param processorTime asked before and after each run */
    Clients(List<? extends Client<T>> clients, Supplier<ProcessorTime> processorTime) {
        this.clients = clients;
        this.processorTime = processorTime;
        this.threads = Executors.newFixedThreadPool(clients.size());
    }

    /** Does the work in its order, each piece once, until the time or the work is at its end. */
    Took run(List<? extends T> work, Pace.AsAnswered pace) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ProcessorTime before = processorTime.get();
        long start = System.nanoTime();
        List<Callable<Histogram>> turns = new ArrayList<>();
        for (Client<T> client : clients) {
            turns.add(() -> turns(client, work, pace, next, start));
        }
        Histogram micros = new Histogram(3);
        for (Future<Histogram> done : threads.invokeAll(turns, LONGEST_RUN.toSeconds(), TimeUnit.SECONDS)) {
            micros.add(done.get());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Took(Math.min(next.get(), work.size()), micros, seconds, processorTime.get().since(before));
    }

    private static <T> Histogram turns(
            Client<T> client, List<? extends T> work, Pace.AsAnswered pace, AtomicInteger next, long start)
            throws Exception {
        Histogram micros = new Histogram(3);
        while (pace.goesOn(System.nanoTime() - start)) {
            int number = next.getAndIncrement();
            if (number >= work.size()) {
                break;
            }
            long begin = System.nanoTime();
            client.take(work.get(number));
            micros.recordValue((System.nanoTime() - begin) / 1000);
        }
        return micros;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Does one piece of work after the other, on one thread at a time. */
    interface Client<T> {
        void take(T work) throws Exception;
    }

    /**
     * @param done how many pieces, from the beginning of the list
     * @param micros how long each took
     */
    record Took(int done, Histogram micros, double seconds, ProcessorTime.Spent spent) {}
}
