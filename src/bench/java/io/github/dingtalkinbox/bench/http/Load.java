package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.http.Clients.Took;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Connections of a sender like DingTalk, kept while a run goes on. */
final class Load implements AutoCloseable {
    private final List<Sender> senders;
    private final Clients<Delivery> clients;

    Load(InetSocketAddress service, int connections, Supplier<ProcessorTime> processorTime) {
        this.senders = IntStream.range(0, connections)
                .mapToObj(n -> new Sender(new Connection(service)))
                .toList();
        this.clients = new Clients<>(senders, processorTime);
    }

    Measured run(List<Delivery> deliveries, Pace pace) throws Exception {
        for (Sender sender : senders) {
            sender.connection.close(); // since the last run, the service may have
            sender.refused.clear();
        }
        Took took = clients.run(deliveries, pace);
        BitSet refused = new BitSet();
        senders.forEach(sender -> refused.or(sender.refused));
        List<Callback> sent =
                deliveries.stream().limit(took.done()).map(Delivery::callback).toList();
        Set<Callback> answered = new HashSet<>();
        IntStream.range(0, took.done()).filter(n -> !refused.get(n)).forEach(n -> answered.add(sent.get(n)));
        return new Measured(sent, answered, refused.cardinality(), took);
    }

    @Override
    public void close() throws IOException {
        clients.close();
        for (Sender sender : senders) {
            sender.connection.close();
        }
    }

    private static final class Sender implements Clients.Client<Delivery> {
        /** Every so many replies, one is opened: all of them would cost processors that the service needs. */
        private static final int SAMPLE = 100;

        private static final ReplyCheck CHECK = new ReplyCheck();

        private final Connection connection;
        private final BitSet refused = new BitSet();

        private Sender(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void take(int number, Delivery delivery) throws IOException {
            Reply reply = connection.exchange(delivery.request());
            if (!reply.isOk()) {
                refused.set(number);
            } else if (number % SAMPLE == 0) {
                CHECK.requireSuccess(reply);
            }
        }
    }
}
