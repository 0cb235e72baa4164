package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.http.Clients.Took;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Connections of a sender like DingTalk. One thread looks after all of them: with one for each, the service would spend
 * its time on waking them.
 */
final class Load implements AutoCloseable {
    /** Every so many replies, one is opened: all of them would cost processors that the service needs. */
    private static final int SAMPLE = 100;

    /** A selector counts in milliseconds. What is due in less is waited for in such steps. */
    private static final long STEP_NANOS = 100_000;

    private final ReplyCheck check = new ReplyCheck();
    private final Selector selector;
    private final List<Connection> connections;
    private final Supplier<ProcessorTime> processorTime;

    Load(InetSocketAddress service, int connections, Supplier<ProcessorTime> processorTime) throws IOException {
        this.selector = Selector.open();
        this.connections = IntStream.range(0, connections)
                .mapToObj(n -> new Connection(service, selector))
                .toList();
        this.processorTime = processorTime;
    }

    /** Sends deliveries in their order, each once, until the pace or the deliveries are at their end. */
    Measured run(List<Delivery> deliveries, Pace pace) throws Exception {
        for (Connection connection : connections) {
            connection.close(); // since the last run, the service may have
        }
        ProcessorTime before = processorTime.get();
        Run run = new Run(deliveries, pace);
        run.go();
        double seconds = (System.nanoTime() - run.start) / 1e9;
        Took took = new Took(run.sent, run.micros, seconds, processorTime.get().since(before));
        List<Callback> sent =
                deliveries.stream().limit(run.sent).map(Delivery::callback).toList();
        Set<Callback> answered = new HashSet<>();
        IntStream.range(0, run.sent).filter(n -> !run.refused.get(n)).forEach(n -> answered.add(sent.get(n)));
        return new Measured(sent, answered, run.refused.cardinality(), took);
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
        selector.close();
    }

    private final class Run {
        private final List<Delivery> deliveries;
        private final Pace pace;
        private final long start = System.nanoTime();
        private final Deque<Connection> idle = new ArrayDeque<>(connections);
        private final Histogram micros = new Histogram(3);
        private final BitSet refused = new BitSet();
        private int sent;

        private Run(List<Delivery> deliveries, Pace pace) {
            this.deliveries = deliveries;
            this.pace = pace;
        }

        private void go() throws IOException, TimeoutException {
            sendWhatIsDue();
            while (hasMore() || idle.size() < connections.size()) {
                if (System.nanoTime() - start > Clients.LONGEST_RUN.toNanos()) {
                    throw new TimeoutException("Not answered within " + Clients.LONGEST_RUN);
                }
                select();
                for (SelectionKey ready : selector.selectedKeys()) {
                    go((Connection) ready.attachment());
                }
                selector.selectedKeys().clear();
                sendWhatIsDue();
            }
        }

        private boolean hasMore() {
            return sent < deliveries.size() && pace.goesOn(System.nanoTime() - start);
        }

        private void sendWhatIsDue() throws IOException {
            while (!idle.isEmpty() && hasMore()) {
                long due = pace.due(sent, start);
                if (due > System.nanoTime()) {
                    return;
                }
                idle.remove().send(sent, deliveries.get(sent).request(), due);
                sent++;
            }
        }

        private void select() throws IOException {
            long nanos = idle.isEmpty() || !hasMore()
                    ? TimeUnit.SECONDS.toNanos(1)
                    : Math.max(0, pace.due(sent, start) - System.nanoTime());
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
            if (millis > 0) {
                selector.select(millis);
            } else if (selector.selectNow() == 0) {
                LockSupport.parkNanos(Math.min(nanos, STEP_NANOS));
                selector.selectNow();
            }
        }

        private void go(Connection connection) throws IOException {
            Reply reply = connection.progress();
            if (reply == null) {
                return;
            }
            micros.recordValue((System.nanoTime() - connection.due()) / 1000);
            if (!reply.isOk()) {
                refused.set(connection.number());
            } else if (connection.number() % SAMPLE == 0) {
                check.requireSuccess(reply);
            }
            idle.add(connection);
        }
    }
}
