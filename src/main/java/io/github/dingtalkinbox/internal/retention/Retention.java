package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.CleanupLock.Held;
import io.github.dingtalkinbox.internal.retention.CleanupLock.LockLost;
import io.github.dingtalkinbox.internal.retention.Pace.Stopped;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Removal;
import io.github.dingtalkinbox.internal.retention.Sweep.SweepContext;
import io.github.dingtalkinbox.internal.seal.RemovalSeals;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.text.Message;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The cleanup. A run
 *
 * <ol>
 *   <li>takes the lock, or ends: only one run at a time, over all nodes and commands;
 *   <li>asks the database for the shortest retention that is allowed, and refuses types whose retention is shorter;
 *   <li>finds the whole days (UTC), by table and event type, that are old enough; events must also be sealed, unless
 *       nothing was ever sealed;
 *   <li>for each day, the oldest first: compares its rows with their seals, if there are any, and writes the archive, if
 *       one is configured; records and seals that the removal begins; removes the rows in batches, each a short transaction
 *       of its own with a rest after it; compares what is left, and seals that it is done;
 *   <li>records how it ended. Wherever it stops, the next run goes on.
 * </ol>
 *
 * <p>The functions in the database that remove rows check all of this again, and nothing else can remove rows.
 */
public final class Retention implements AutoCloseable {
    /** One removes, or reads for the archive; the other extends the lock. */
    private static final int CONNECTIONS = 2;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private static final Duration LOCK_LENGTH = Duration.ofMinutes(5);

    private final RetentionProperties properties;
    private final SiblingPool pool;
    private final CleanupLock lock;
    private final DueDays dueDays;
    private final SweepContext context;

    /** @param keys null: nothing is sealed */
    Retention(
            RetentionProperties properties,
            SiblingPool pool,
            CleanupLock lock,
            @Nullable SealKeys keys,
            CleanupListener listener) {
        JdbcClient jdbc = JdbcClient.create(pool.get());
        JdbcTransactionManager manager = new JdbcTransactionManager(pool.get());
        TransactionTemplate snapshot = new TransactionTemplate(manager);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
        this.properties = properties;
        this.pool = pool;
        this.lock = lock;
        this.dueDays = new DueDays(jdbc);
        this.context = new SweepContext(
                new CleanupRuns(jdbc),
                new RemovalSeals(jdbc, keys),
                new TransactionTemplate(manager),
                snapshot,
                new Pace(properties.pause()),
                listener,
                properties.batchSize(),
                properties.archive(),
                pool.get());
    }

    /**
     * The cleanup of the service's database.
     *
     * @param keys of the seals; null: there are none
     * @param origin host and process
     */
    public static Retention on(
            DataSource service,
            RetentionProperties properties,
            @Nullable SealKeys keys,
            String origin,
            CleanupListener listener) {
        SiblingPool pool = pool(service, properties);
        return new Retention(properties, pool, new CleanupLock(pool.get(), origin, LOCK_LENGTH), keys, listener);
    }

    /** A pool of its own, perhaps with a role of its own, and without a time limit for the search for what is due. */
    static SiblingPool pool(DataSource service, RetentionProperties properties) {
        SiblingPool.Builder builder =
                SiblingPool.beside(service).named("cleanup").size(CONNECTIONS).unhurried(LONGEST_WAIT);
        if (properties.username() == null) {
            return builder.build();
        }
        SiblingPool own =
                builder.login(properties.username(), properties.password()).build();
        if (!own.isOwn()) {
            throw new IllegalStateException(
                    "inbox.retention.username cannot be used, because this application defines its own DataSource. Remove it,"
                            + " or configure the database with spring.datasource.url.");
        }
        return own;
    }

    public RetentionReport runOnce(CleanupOrder order) {
        RetentionReport report;
        try {
            report = underLock(order);
        } catch (DataAccessException e) {
            report = forbidden(e);
        }
        context.listener().ended(report.outcome());
        return report;
    }

    private static RetentionReport forbidden(DataAccessException e) {
        if (!SqlStates.isForbidden(e)) {
            throw e;
        }
        return new RetentionReport(
                CleanupOutcome.FAILED, List.of(), List.of(Message.of("problem.forbidden", reason(e))));
    }

    private RetentionReport underLock(CleanupOrder order) {
        try (Held held = lock.take()) {
            if (held == null) {
                Message busy = lock.holder()
                        .map(h -> Message.of("problem.busy", h.name(), h.until()))
                        .orElseGet(() -> Message.of("problem.busy-until-now"));
                return new RetentionReport(CleanupOutcome.BUSY, List.of(), List.of(busy));
            }
            return run(order, held);
        }
    }

    private RetentionReport run(CleanupOrder order, Held held) {
        Optional<Message> obstacle = context.seals().obstacle();
        if (obstacle.isPresent()) {
            context.listener().refused(CleanupListener.Refusal.NOT_SEALED);
            return new RetentionReport(CleanupOutcome.REFUSED, List.of(), List.of(obstacle.get()));
        }
        CleanupFindings findings = new CleanupFindings(context.listener());
        Sweep sweep = new Sweep(context, held, findings);
        sweep.commit(() -> {
            context.runs().start(sweep.run(), order);
            context.seals().started(sweep.run());
            return sweep;
        });
        CleanupOutcome outcome = CleanupOutcome.FAILED;
        try {
            sweep(order, sweep, findings);
            outcome = findings.outcome();
        } catch (Stopped e) {
            outcome = CleanupOutcome.STOPPED;
            findings.failed(Message.of("problem.stopped"));
        } catch (LockLost e) {
            findings.failed(Message.of("problem.lock-lost"));
        } catch (DataAccessException | TransactionException e) {
            findings.failed(Message.of("problem.database-failed", reason(e)));
        }
        return ended(sweep, outcome, findings);
    }

    private void sweep(CleanupOrder order, Sweep sweep, CleanupFindings findings) {
        RetentionLimits limits = limits(order.olderThan(), findings);
        for (RetentionTable table : RetentionTable.values()) {
            context.pace().requireGoingOn();
            limits.permitted(table, dueDays.find(table, limits.of(table))).forEach(sweep::remove);
        }
    }

    private RetentionReport ended(Sweep sweep, CleanupOutcome outcome, CleanupFindings findings) {
        List<Removal> removals = List.of();
        try {
            sweep.commit(() -> {
                context.runs().end(sweep.run(), outcome.name().toLowerCase(Locale.ROOT), findings.text());
                context.seals().ended(sweep.run());
                return sweep;
            });
            removals = context.runs().removals(sweep.run());
        } catch (DataAccessException | TransactionException e) {
            findings.failed(Message.of("problem.end-not-written", reason(e)));
        }
        return new RetentionReport(outcome, removals, findings.problems());
    }

    private static String reason(RuntimeException e) {
        return String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }

    /** What a run would remove and report now. Changes nothing, and needs no lock. */
    public RetentionReport plan(@Nullable Duration olderThan) {
        try {
            return planned(olderThan);
        } catch (DataAccessException e) {
            return forbidden(e);
        }
    }

    private RetentionReport planned(@Nullable Duration olderThan) {
        CleanupFindings findings = new CleanupFindings(CleanupListener.NONE);
        context.seals().obstacle().ifPresent(problem -> findings.refused(CleanupListener.Refusal.NOT_SEALED, problem));
        RetentionLimits limits = limits(olderThan, findings);
        List<Removal> removals = new ArrayList<>();
        for (RetentionTable table : RetentionTable.values()) {
            for (DueDay due : limits.permitted(table, dueDays.find(table, limits.of(table)))) {
                due.rows()
                        .forEach((type, rows) -> removals.add(new Removal(
                                table.table(),
                                type,
                                due.day().atZone(ZoneOffset.UTC).toLocalDate(),
                                rows,
                                null)));
            }
        }
        return new RetentionReport(findings.outcome(), removals, findings.problems());
    }

    private RetentionLimits limits(@Nullable Duration olderThan, CleanupFindings findings) {
        RetentionLimits limits = new RetentionLimits(
                Periods.ofEvents(properties, olderThan),
                Periods.ofDuplicates(properties, olderThan),
                olderThan != null,
                context.runs().floor());
        limits.refusals().forEach(problem -> findings.refused(CleanupListener.Refusal.TOO_SHORT, problem));
        dueDays.firstUnsealed(limits.of(RetentionTable.PROCESSED_EVENTS))
                .ifPresent(from -> findings.refused(
                        CleanupListener.Refusal.NOT_SEALED, Message.of("problem.not-sealed-so-far", from)));
        return limits;
    }

    /** The largest gap seen between an event and its duplicate, if it is over a minute; otherwise zero. */
    public Duration largestGap() {
        return context.runs().floor().largestGap();
    }

    /** Time since a run, on any node, last removed everything that was due; empty: never. */
    public Optional<Duration> sinceCompleted() {
        return context.runs().sinceCompleted();
    }

    /** For how many days nobody has removed what is due, on any node or by any job; 0 unless it is more than one. */
    public long overdueDays() {
        long days =
                context.runs().overdueDays(Periods.ofEvents(properties, null).longest());
        return days > 1 ? days : 0;
    }

    /** Ends the current run after its batch, and keeps others from starting until {@link #goOn}. */
    void stop() {
        context.pace().stop();
    }

    void goOn() {
        context.pace().goOn();
    }

    @Override
    public void close() {
        pool.close();
    }
}
