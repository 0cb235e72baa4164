package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.approval.ApprovalKey;
import io.github.dingtalkinbox.internal.seal.OpenTransactions.Closed;
import io.github.dingtalkinbox.internal.seal.Seal.Sealed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Seals every closed hour, one after the other, each in a transaction of its own:
 *
 * <ol>
 *   <li>first find out which hours are closed, then read what is in them;
 *   <li>the next hour is the one after the last sealed hour; the first one is the hour of the first event;
 *   <li>read the rows of the hour in portions, table by table and type by type, and compute the digests here: the key
 *       never leaves this process;
 *   <li>then the approvals that the events of the hour are about, as they are now;
 *   <li>if several nodes seal the same hour, the constraints of the table decide whose seals are kept.
 * </ol>
 *
 * <p>For one thread; on any number of nodes.
 */
final class Sealer {
    /** A longer delay is logged. Handlers may take long, but not that long. */
    static final Duration PATIENCE = Duration.ofHours(2);

    private static final Logger log = LoggerFactory.getLogger(Sealer.class);
    private static final Duration HOUR = Duration.ofHours(1);

    private final SealKey key;
    private final SealHeads heads;
    private final OpenTransactions openTransactions;
    private final EventSeals seals;
    private final SealedRows rows;
    private final SealedApprovals approvals;
    private final TransactionTemplate transactions;
    private volatile boolean stopping;
    private volatile @Nullable Seal seen;
    private volatile Instant warned = Instant.MIN;

    Sealer(DataSource dataSource, SealKeys keys, SealHeads heads) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.key = keys.current();
        this.heads = heads;
        this.openTransactions = new OpenTransactions(jdbc);
        this.seals = new EventSeals(jdbc, keys);
        this.rows = new SealedRows(jdbc);
        this.approvals = new SealedApprovals(jdbc);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
    }

    /**
     * Seals what can be sealed.
     *
     * @return how many hours
     */
    int runOnce() {
        int hours = 0;
        while (!stopping) {
            List<Seal> made;
            try {
                made = transactions.execute(status -> {
                    List<Seal> next = next();
                    if (!next.isEmpty() && !seals.add(next)) {
                        status.setRollbackOnly();
                        return List.of(); // another node has sealed this hour, and continues
                    }
                    return next;
                });
            } catch (CancellationException e) {
                break;
            }
            if (made.isEmpty()) {
                break;
            }
            report(made);
            hours++;
        }
        return hours;
    }

    /** Gives up what is being sealed: it is rolled back, and sealed later. */
    void stop() {
        stopping = true;
    }

    /** Empty if there is none to seal. */
    private List<Seal> next() {
        seals.lock();
        Closed closed = openTransactions.closed(); // before anything else is read
        Optional<Seal> last = seals.last();
        requireWhatWasSeen();
        seen = last.orElse(null);
        Instant hour = seals.lastHour()
                .map(seal -> seal.what().hour().plus(HOUR))
                .or(rows::firstHour)
                .orElse(closed.over().minus(HOUR)); // the chain begins at once, also without an event
        Instant end = hour.plus(HOUR);
        if (end.isAfter(closed.until())) {
            if (!end.isAfter(closed.over())) {
                heldUp(hour, closed.now());
            }
            return List.of();
        }
        return seals.make(contents(hour, last.isEmpty()));
    }

    /** What is in an hour; the states of its approvals are written. */
    List<Sealed> contents(Instant hour, boolean isFirst) {
        Set<ApprovalKey> touched = new HashSet<>();
        List<Sealed> contents = new ArrayList<>();
        for (SealedTable table : SealedTable.values()) {
            rows.ofHour(
                            table,
                            hour,
                            isFirst,
                            type -> Optional.of(key),
                            (corp, approval) -> touched.add(ApprovalKey.of(corp, approval)),
                            () -> stopping)
                    .forEach((type, found) -> contents.add(Sealed.rows(table.table(), type, hour, found.all())));
            if (contents.isEmpty()) { // an hour without events
                contents.add(Sealed.rows(table.table(), "", hour, SealedContent.EMPTY));
            }
        }
        SealedContent states = isFirst ? approvals.sealAll(key, hour) : approvals.seal(key, hour, touched);
        if (states.rows() > 0) {
            contents.add(Sealed.rows(SealedApprovals.TABLE, "", hour, states));
        }
        return contents;
    }

    /**
     * Otherwise, if the last seals were removed, their hours would be sealed again, without events that were removed
     * too.
     */
    private void requireWhatWasSeen() {
        Seal before = seen;
        if (before == null) {
            return;
        }
        boolean isThere = seals.find(before.number())
                .filter(seal -> seal.seal().equals(before.seal()))
                .isPresent();
        if (!isThere) {
            throw new IllegalStateException("The seal " + before.head() + " of the hour "
                    + before.what().hour()
                    + " is no longer in the database: event_seals was changed, or an older backup was restored. Nothing is"
                    + " sealed until the service is restarted");
        }
    }

    private void report(List<Seal> made) {
        Seal head = made.get(made.size() - 1);
        seen = head;
        log.info(
                "Sealed the hour {}: {} events; head {}",
                head.what().hour(),
                made.stream()
                        .filter(seal -> seal.what().table().equals(SealedTable.PROCESSED_EVENTS.table()))
                        .mapToLong(seal -> seal.what().content().rows())
                        .sum(),
                head.head());
        heads.keep(head.what().hour(), head.head());
    }

    /** At most one warning an hour. */
    private void heldUp(Instant hour, Instant now) {
        Instant end = hour.plus(HOUR);
        if (end.plus(PATIENCE).isAfter(now) || warned.plus(HOUR).isAfter(now)) {
            return;
        }
        warned = now;
        log.warn(
                "The hour {} ended {} hours ago and cannot be sealed yet: a transaction that began before its end may still"
                        + " add an event to it. Open are {}",
                hour,
                Duration.between(end, now).toHours(),
                openTransactions.begunBefore(end));
    }
}
