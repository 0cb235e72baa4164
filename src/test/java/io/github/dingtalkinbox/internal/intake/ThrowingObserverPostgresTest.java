package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An observer that throws, an error that Java itself throws included, makes no failure of what has committed. */
class ThrowingObserverPostgresTest extends SharedFixture {
    private final Logger logger = (Logger) LoggerFactory.getLogger(Observers.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    ThrowingObserverPostgresTest(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
    }

    @Test
    void aTransactionOfOneDeliveryIsProcessedOnce() throws Exception {
        Node node = Node.on(database)
                .handlers(countsEffects)
                .observer(new Throwing())
                .build();

        assertThat(node.receive(List.of(event))).containsExactly(new Processed(event.id()));
        assertThat(logged()).as("handled, processed, answered").hasSize(3);
        assertThat(duplicatesOf(event)).isZero();

        assertThat(node.receive(List.of(event))).containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(logged()).as("and duplicate, answered").hasSize(5);
        assertTookEffect(1, event);
    }

    @Test
    void aSharedTransactionIsProcessedOnce() throws Exception {
        Node node = sharing(e -> {}).observer(new Throwing()).build();

        assertThat(deliver(node, event).get(0).get()).containsExactly(new Processed(event.id()));

        assertNeighboursProcessed();
        assertThat(effects.sizes()).as("handled together, and not again").containsExactly(ALL_NEIGHBOURS + 1);
        assertThat(duplicatesOf(event)).isZero();
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void whatWaitedIsProcessedOnce() throws Exception {
        Event waiting = approvalFinished(newId());
        Node node = Node.on(database)
                .queueing()
                .handlers(countsEffects)
                .observer(new Throwing())
                .build();

        assertThat(node.receive(List.of(waiting))).containsExactly(new Queued(waiting.id()));
        node.settle();

        assertTookEffect(0, waiting);
    }

    @Test
    void aFailureIsWrittenDownAndTheOtherAttemptsAreMade() throws Exception {
        Event failing = approvalFinished(newId());
        Node node = Node.on(database)
                .handlers(everyEvent(e -> {
                    throw new IOException("its own");
                }))
                .maxAttempts(2)
                .observer(new Throwing())
                .build();

        assertThat(node.receive(List.of(failing))).containsExactly(new Queued(failing.id()));
        node.settle();

        assertThat(queued(failing)).containsEntry("state", "dead").containsEntry("attempts", 2);
    }

    private void assertTookEffect(int duplicates, Event event) {
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isEqualTo(duplicates);
        assertThat(logged()).allSatisfy(e -> {
            assertThat(e.getLevel()).isEqualTo(Level.ERROR);
            assertThat(e.getFormattedMessage()).contains(Throwing.class.getName());
            assertThat(e.getThrowableProxy().getMessage()).isEqualTo("observing");
        });
    }

    private List<ILoggingEvent> logged() {
        return List.copyOf(logged.list);
    }

    /** Whatever it is told of. */
    private static final class Throwing implements Observer {
        @Override
        public void answered(Event delivered, Outcome outcome) {
            throw new IllegalStateException("observing");
        }

        @Override
        public void refused(Event delivered, Throwable failure) {
            throw new IllegalStateException("observing");
        }

        @Override
        public void handled(List<Event> events, Duration time, HandlerResult result) {
            throw new NoClassDefFoundError("observing");
        }

        @Override
        public void processed(Event event, boolean isFromQueue, Duration handlingTime) {
            throw new NoClassDefFoundError("observing");
        }

        @Override
        public void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {
            throw new IllegalStateException("observing");
        }

        @Override
        public void retrying(Event event) {
            throw new IllegalStateException("observing");
        }

        @Override
        public void died(Event event) {
            throw new IllegalStateException("observing");
        }
    }
}
