package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.Archive.ArchivedFile;
import io.github.dingtalkinbox.internal.retention.CleanupListener.Refusal;
import io.github.dingtalkinbox.internal.retention.CleanupLock.Held;
import io.github.dingtalkinbox.internal.retention.CleanupRuns.RemovedBatch;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Removal;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionTemplate;

/** Removes day after day, batch after batch, in one run. For one thread. */
final class Sweep {
    /** A lock that is not to be had at once is left to the callbacks. */
    private static final int TRIES = 20;

    /** So often the lock is extended while a day is being archived. */
    private static final int ROWS_BETWEEN_SIGNS_OF_LIFE = 5000;

    private final SweepContext means;
    private final Held lock;
    private final CleanupFindings findings;
    private final UUID run = UUID.randomUUID();
    private final Set<RetentionTable> givenUp = EnumSet.noneOf(RetentionTable.class);
    private final AtomicInteger archives = new AtomicInteger();

    Sweep(SweepContext means, Held lock, CleanupFindings findings) {
        this.means = means;
        this.lock = lock;
        this.findings = findings;
    }

    UUID run() {
        return run;
    }

    /** Removes what is due of a day, or says why not. */
    void remove(DueDay due) {
        if (givenUp.contains(due.table())) {
            return;
        }
        means.pace().requireGoingOn();
        lock.requireHeld();
        try {
            ArchivedFile file = archive(due);
            if (begin(due, file)) {
                removeBatches(due);
                requireAllRemoved(due, file);
            }
        } catch (IOException e) {
            giveUp(due, "problem.day-not-archived", String.valueOf(means.folder()), e.toString());
        }
    }

    private @Nullable ArchivedFile archive(DueDay due) throws IOException {
        Path folder = means.folder();
        if (folder == null || !due.table().isArchived()) {
            return null;
        }
        AtomicInteger rows = new AtomicInteger();
        String name = run + (archives.getAndIncrement() == 0 ? "" : "-" + archives.get());
        return new Archive(folder, means.reading()).write(due.table().table(), due.day(), due.types(), name, () -> {
            if (rows.incrementAndGet() % ROWS_BETWEEN_SIGNS_OF_LIFE == 0) {
                means.pace().requireGoingOn();
                lock.requireHeld();
            }
        });
    }

    /** If one of several types is refused, the others are begun by themselves. */
    private boolean begin(DueDay due, @Nullable ArchivedFile file) throws IOException {
        try {
            commit(() -> {
                means.runs().begin(run, due, file);
                return true;
            });
            return true;
        } catch (DataAccessException e) {
            String state = CleanupRuns.refusal(e).orElseThrow(() -> e);
            Path folder = means.folder();
            if (file != null && folder != null) {
                Archive.discard(folder, file);
            }
            if (due.types().size() == 1) {
                findings.refused(due, state, CleanupRuns.message(e));
            } else {
                due.types().forEach(type -> remove(due.only(List.of(type))));
            }
            return false;
        }
    }

    private void removeBatches(DueDay due) {
        String next = null;
        do {
            String from = next;
            means.pace().requireGoingOn();
            lock.requireHeld();
            long began = System.nanoTime();
            RemovedBatch batch;
            try {
                batch = commit(() -> means.runs().remove(run, due, from, means.batchSize()));
            } catch (DataAccessException e) {
                findings.refused(due, CleanupRuns.refusal(e).orElseThrow(() -> e), CleanupRuns.message(e));
                return;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            if (batch.removed() > 0) {
                means.listener().removed(due.table().table(), batch.removed());
            }
            next = batch.next();
            if (next != null) {
                means.pace().rest(means.pace().afterBatch(took));
            }
        } while (next != null);
    }

    /** More than were archived cannot be: the database refuses that. */
    private void requireAllRemoved(DueDay due, @Nullable ArchivedFile file) {
        if (file == null) {
            return;
        }
        long archived = file.rows().values().stream().mapToLong(n -> n).sum();
        long removed = means.runs().removals(run).stream()
                .filter(r -> file.name().equals(r.archive()))
                .mapToLong(Removal::rows)
                .sum();
        if (removed != archived) {
            giveUp(due, "problem.day-not-all-removed", archived, file.name(), removed);
        }
    }

    private void giveUp(DueDay due, String key, Object... why) {
        List<Object> details =
                new ArrayList<>(List.of(due.table().table(), due.day().toString()));
        details.addAll(List.of(why));
        findings.refused(Refusal.NOT_ARCHIVED, new Message(key, details));
        givenUp.add(due.table());
    }

    private <T> T commit(Supplier<T> step) {
        for (int n = 1; ; n++) {
            try {
                return means.transaction().execute(status -> step.get());
            } catch (DataAccessException e) {
                if (n == TRIES || !SqlStates.isInUse(e)) {
                    throw e;
                }
                means.pace().rest(Duration.ofMillis(100L * n));
            }
        }
    }

    /**
     * What every run works with.
     *
     * @param folder of the archives; null: there are none
     * @param reading for what is archived
     */
    record SweepContext(
            CleanupRuns runs,
            TransactionTemplate transaction,
            Pace pace,
            CleanupListener listener,
            int batchSize,
            @Nullable Path folder,
            DataSource reading) {}
}
