package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.CleanupLock.Held;
import io.github.dingtalkinbox.internal.retention.CleanupLock.LockLost;
import io.github.dingtalkinbox.internal.retention.Pace.Stopped;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Removal;
import io.github.dingtalkinbox.internal.retention.Sweep.SweepContext;
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
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The cleanup. A run
 *
 * <ol>
 *   <li>takes the lock, or leaves: one at a time, on all nodes and commands together;
 *   <li>asks the database how old something must at least be to go, and refuses whatever is to be kept for less;
 *   <li>looks which whole days (UTC) of a table and event type are old enough, and, of events, sealed, unless nothing was
 *       ever sealed;
 *   <li>of each day, the oldest first: archives it, if that is configured; has that written down; then removes it in
 *       batches, each a short transaction of its own, with a rest after each;
 *   <li>writes down how it ended. Wherever it stops, the next run goes on.
 * </ol>
 *
 * <p>What may go is decided once more by the functions in the database that remove it: nothing else can.
 *
 * <p>Safe for use by many threads.
 */
public final class Retention implements AutoCloseable {
    /** One removes, or reads for the archive; the other one extends the lock. */
    private static final int CONNECTIONS = 2;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private static final Duration LOCK_LENGTH = Duration.ofMinutes(5);

    private final RetentionProperties properties;
    private final SiblingPool pool;
    private final CleanupLock lock;
    private final DueDays dueDays;
    private final SweepContext means;

    Retention(RetentionProperties properties, SiblingPool pool, CleanupLock lock, CleanupListener listener) {
        JdbcClient jdbc = JdbcClient.create(pool.get());
        this.properties = properties;
        this.pool = pool;
        this.lock = lock;
        this.dueDays = new DueDays(jdbc);
        this.means = new SweepContext(
                new CleanupRuns(jdbc),
                new TransactionTemplate(new JdbcTransactionManager(pool.get())),
                new Pace(properties.pause()),
                listener,
                properties.batchSize(),
                properties.archive(),
                pool.get());
    }

    static Retention on(DataSource service, RetentionProperties properties, String origin, CleanupListener listener) {
        SiblingPool pool = pool(service, properties);
        return new Retention(properties, pool, new CleanupLock(pool.get(), origin, LOCK_LENGTH), listener);
    }

    /** Of its own, perhaps with a role of its own, and with no limit to how long the database may look for what is due. */
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
                    "inbox.retention.username needs the data source of spring.datasource.url, in"
                            + " whose database the cleanup logs in under another name. This application has one of its own.");
        }
        return own;
    }

    /**
     * As the service's configuration has it, for a command.
     *
     * @param service the data source of the service
     * @param origin host and process
     */
    public static Retention configured(DataSource service, Environment environment, String origin) {
        RetentionProperties properties =
                Binder.get(environment).bindOrCreate("inbox.retention", RetentionProperties.class);
        return on(service, properties, origin, CleanupListener.NONE);
    }

    /** Removes what is due, until nothing is left of it. */
    public RetentionReport runOnce(CleanupOrder order) {
        RetentionReport report;
        try {
            report = underLock(order);
        } catch (DataAccessException e) {
            report = forbidden(e);
        }
        means.listener().ended(report.outcome());
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
        CleanupFindings findings = new CleanupFindings(means.listener());
        Sweep sweep = new Sweep(means, held, findings);
        commit(() -> means.runs().start(sweep.run(), order));
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
            means.pace().requireGoingOn();
            limits.permitted(table, dueDays.find(table, limits.of(table))).forEach(sweep::remove);
        }
    }

    private RetentionReport ended(Sweep sweep, CleanupOutcome outcome, CleanupFindings findings) {
        List<Removal> removals = List.of();
        try {
            commit(() -> means.runs().end(sweep.run(), outcome.name().toLowerCase(Locale.ROOT), findings.text()));
            removals = means.runs().removals(sweep.run());
        } catch (DataAccessException | TransactionException e) {
            findings.failed(Message.of("problem.end-not-written", reason(e)));
        }
        return new RetentionReport(outcome, removals, findings.problems());
    }

    private static String reason(RuntimeException e) {
        return String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }

    /** What a run would remove now, with what it would say. Changes nothing, and needs no lock. */
    public RetentionReport plan(@Nullable Duration olderThan) {
        try {
            return planned(olderThan);
        } catch (DataAccessException e) {
            return forbidden(e);
        }
    }

    private RetentionReport planned(@Nullable Duration olderThan) {
        CleanupFindings findings = new CleanupFindings(CleanupListener.NONE);
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
                means.runs().floor());
        limits.refusals().forEach(problem -> findings.refused(CleanupListener.Refusal.TOO_SHORT, problem));
        dueDays.firstUnsealed(limits.of(RetentionTable.PROCESSED_EVENTS))
                .ifPresent(from -> findings.refused(
                        CleanupListener.Refusal.NOT_SEALED, Message.of("problem.not-sealed-so-far", from)));
        return limits;
    }

    /** The largest gap seen between an event and its duplicate, as far as it is over a minute; else zero. */
    public Duration largestGap() {
        return means.runs().floor().largestGap();
    }

    /** How long ago a run, here or elsewhere, removed all that was due; empty: never. */
    public Optional<Duration> sinceCompleted() {
        return means.runs().sinceCompleted();
    }

    /** Makes a run that is under way end after its batch, and keeps others from beginning until {@link #goOn}. */
    void stop() {
        means.pace().stop();
    }

    void goOn() {
        means.pace().goOn();
    }

    private void commit(Runnable statement) {
        means.transaction().executeWithoutResult(status -> statement.run());
    }

    @Override
    public void close() {
        pool.close();
    }
}
