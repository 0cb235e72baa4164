package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the log knows of an event, for whoever decides about its copy in the queue.
 *
 * <p>Safe for use by many threads.
 */
public final class EventRecords {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(30);

    private final ProcessedEvents processedEvents;
    private final TransactionTemplate withSavepoint;

    /** @param transactionManager that of the data source; it has to know savepoints */
    public EventRecords(DataSource dataSource, PlatformTransactionManager transactionManager) {
        this.processedEvents = new ProcessedEvents(dataSource, LONGEST_WAIT, LONGEST_TRANSACTION);
        this.withSavepoint = new TransactionTemplate(transactionManager);
        withSavepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    /** The processed event of this id. */
    public Optional<ProcessedEvent> find(String eventId) {
        return processedEvents.read(eventId);
    }

    /**
     * Whether an event has been processed, under either of its identities. A look would not see a transaction that is
     * processing it; an insert would wait for it. So it is inserted, and that is undone. Belongs to the transaction of
     * its thread, which goes on as if nothing had been asked.
     *
     * @throws TwinInFlight if a transaction is processing it
     */
    public boolean isProcessed(Event event) throws TwinInFlight {
        try {
            return withSavepoint.execute(status -> {
                status.setRollbackOnly();
                return processedEvents.insertWaiting(List.of(event)).isEmpty();
            });
        } catch (DataAccessException e) {
            if (SqlStates.isLockTimeout(e)) {
                throw new TwinInFlight(e);
            }
            throw e;
        }
    }
}
