package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.intake.Inbox.Limits;
import io.github.dingtalkinbox.internal.processing.Handlers;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.queue.TestQueue;
import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** One inbox with its queue, whose workers work when they are told to. */
public final class Node implements Receiver {
    /** Of all nodes of a test run: each would have a thread of its own, and nobody closes a node. */
    private static final TimeLimits TIME_LIMITS = new TimeLimits();

    private final Receiver entrance;
    private final Processor processor;
    private final TestQueue queue;

    private Node(Receiver entrance, Processor processor, TestQueue queue) {
        this.entrance = entrance;
        this.processor = processor;
        this.queue = queue;
    }

    public static Builder on(TestDatabase database) {
        return new Builder(database);
    }

    @Override
    public List<Outcome> receive(List<Event> events) throws Exception {
        return entrance.receive(events);
    }

    public Processor processor() {
        return processor;
    }

    public TestQueue queue() {
        return queue;
    }

    /** One look of the workers at the queue. */
    public int runWorkersOnce() {
        return queue.runOnce(processor);
    }

    /** One look of the workers, which process no more than so many events. */
    public int runWorkersOnAtMost(int events) {
        return queue.runOnce(processor, events);
    }

    /** Lets the workers work until nothing waits any more. */
    public void settle() {
        queue.runUntilDone(processor);
    }

    /** A node with limits that no test reaches unless it means to. */
    public static final class Builder {
        private final TestDatabase database;
        private ProcessingMode mode = ProcessingMode.SYNC;
        private List<EventHandler> handlers = List.of();
        private Duration deadline = Duration.ofSeconds(30);
        private Duration grace = Duration.ofSeconds(30);
        private Duration handlerTimeout = Duration.ofSeconds(60);
        private int maxInFlight = 1000;
        private int maxAttempts = 100;
        private int connections = 8;
        private PlatformTransactionManager transactions;
        private Observer observer = new Observer() {};
        private UnaryOperator<List<EventHandler>> adaption = UnaryOperator.identity();
        private UnaryOperator<Receiver> entrance = UnaryOperator.identity();

        private Builder(TestDatabase database) {
            this.database = database;
            this.transactions = new JdbcTransactionManager(database.dataSource());
        }

        public Builder mode(ProcessingMode mode) {
            this.mode = mode;
            return this;
        }

        /** Has every event stored first, and processed by a worker. */
        public Builder queueing() {
            return mode(ProcessingMode.QUEUE);
        }

        public Builder handlers(EventHandler... handlers) {
            return handlers(List.of(handlers));
        }

        public Builder handlers(List<EventHandler> handlers) {
            this.handlers = handlers;
            return this;
        }

        public Builder deadline(Duration deadline) {
            this.deadline = deadline;
            return this;
        }

        /** After the deadline, until a delivery that finds no place in the queue is refused. */
        public Builder grace(Duration grace) {
            this.grace = grace;
            return this;
        }

        public Builder handlerTimeout(Duration handlerTimeout) {
            this.handlerTimeout = handlerTimeout;
            return this;
        }

        public Builder maxInFlight(int maxInFlight) {
            this.maxInFlight = maxInFlight;
            return this;
        }

        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = maxAttempts;
            return this;
        }

        public Builder connections(int connections) {
            this.connections = connections;
            return this;
        }

        public Builder transactions(PlatformTransactionManager transactions) {
            this.transactions = transactions;
            return this;
        }

        public Builder observer(Observer observer) {
            this.observer = observer;
            return this;
        }

        /** Has every delivery share its transaction, and every handler take many events at once. */
        Builder inCompany(Company company) {
            Gate gate = company.newGate();
            adaption = all -> Company.together(all, gate);
            entrance = inbox -> company.entrance(inbox, gate);
            return connections(1);
        }

        public Node build() {
            Observers observers = new Observers(List.of(observer));
            TestQueue queue = new TestQueue(database, maxAttempts, observers);
            EventStore store =
                    new EventStore(database.dataSource(), deadline.dividedBy(2), handlerTimeout.plusSeconds(5));
            ProvenTransactions proven = new ProvenTransactions(
                    database.dataSource(),
                    transactions,
                    Executors.newCachedThreadPool(),
                    handlerTimeout,
                    TIME_LIMITS,
                    new Schema(database.dataSource())::requireFitSession);
            Handlers handling = new Handlers(adaption.apply(handlers));
            Processor processor = new Processor(proven, store, handling, observers);
            Inbox inbox = new Inbox(
                    mode,
                    Map.of(),
                    handling,
                    processor,
                    TIME_LIMITS,
                    queue.retryPolicy(),
                    queue.wakeUp(),
                    new Limits(deadline, grace, maxInFlight, connections, 4),
                    observers);
            return new Node(entrance.apply(inbox), processor, queue);
        }
    }
}
