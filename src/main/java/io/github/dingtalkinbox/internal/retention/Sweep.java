package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.Archive.ArchivedFile;
import io.github.dingtalkinbox.internal.retention.CleanupListener.Refusal;
import io.github.dingtalkinbox.internal.retention.CleanupLock.Held;
import io.github.dingtalkinbox.internal.retention.CleanupRuns.RemovedBatch;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Removal;
import io.github.dingtalkinbox.internal.seal.RemovalSeals;
import io.github.dingtalkinbox.internal.seal.RemovalSeals.Proof;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.text.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.support.TransactionTemplate;

/** Removes day after day, batch after batch, in one run. For one thread. */
final class Sweep {
    /** After so many tries for a lock, the callbacks have priority. */
    private static final int TRIES = 20;

    /** While a day is archived, the lock is extended after so many rows. */
    private static final int ROWS_BETWEEN_SIGNS_OF_LIFE = 5000;

    private final SweepContext context;
    private final Held lock;
    private final CleanupFindings findings;
    private final UUID run = UUID.randomUUID();
    private final Set<RetentionTable> givenUp = EnumSet.noneOf(RetentionTable.class);
    private int archives;

    Sweep(SweepContext context, Held lock, CleanupFindings findings) {
        this.context = context;
        this.lock = lock;
        this.findings = findings;
    }

    UUID run() {
        return run;
    }

    /** Removes what is due of a day, or reports why not. */
    void remove(DueDay all) {
        if (givenUp.contains(all.table())) {
            return;
        }
        showLife();
        try {
            Proven proven = context.snapshot().execute(status -> prove(all));
            findings.changed(all, proven.proof().refused());
            DueDay due = proven.due();
            if (!due.rows().isEmpty() && begin(due, proven) && removeBatches(due) && isAllRemoved(due, proven.file())) {
                findings.changed(due, commit(() -> context.seals()
                        .done(run, due.table().table(), due.types(), due.day(), this::showLife)));
            }
        } catch (UncheckedIOException e) {
            giveUp(
                    all,
                    Message.of(
                            "problem.day-not-archived",
                            all.table().table(),
                            all.day().toString(),
                            String.valueOf(context.folder()),
                            String.valueOf(e.getCause())));
        }
    }

    /** In one snapshot, so that what is archived is what was proven. */
    private Proven prove(DueDay all) {
        Proof proof = context.seals().prove(all.table().table(), all.types(), all.day(), this::showLife);
        DueDay due = all.only(all.types().stream()
                .filter(type -> !proof.refused().containsKey(type))
                .toList());
        try {
            return new Proven(
                    due,
                    proof,
                    due.rows().isEmpty() ? null : archive(due),
                    context.runs().holds());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable ArchivedFile archive(DueDay due) throws IOException {
        Path folder = context.folder();
        if (folder == null || !due.table().isArchived()) {
            return null;
        }
        AtomicInteger rows = new AtomicInteger();
        String name = run + (archives++ == 0 ? "" : "-" + archives);
        return new Archive(folder, context.reading()).write(due.table().table(), due.day(), due.types(), name, () -> {
            if (rows.incrementAndGet() % ROWS_BETWEEN_SIGNS_OF_LIFE == 0) {
                showLife();
            }
        });
    }

    private void showLife() {
        context.pace().requireGoingOn();
        lock.requireHeld();
    }

    /** If one of several types is refused, the others are begun alone. */
    private boolean begin(DueDay due, Proven proven) {
        ArchivedFile file = proven.file();
        try {
            return commit(() -> {
                context.runs().begin(run, due, file, proven.holds());
                context.seals().begun(run, due.table().table(), due.types(), due.day(), proven.proof());
                return true;
            });
        } catch (DataAccessException e) {
            String state = CleanupRuns.refusal(e).orElseThrow(() -> e);
            discard(file);
            if (due.types().size() == 1) {
                findings.refused(due, state, CleanupRuns.message(e));
            } else {
                due.types().forEach(type -> remove(due.only(List.of(type))));
            }
            return false;
        }
    }

    private void discard(@Nullable ArchivedFile file) {
        Path folder = context.folder();
        if (file != null && folder != null) {
            try {
                Archive.discard(folder, file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @return whether nothing is left to be removed */
    private boolean removeBatches(DueDay due) {
        String next = null;
        do {
            String from = next;
            showLife();
            long began = System.nanoTime();
            RemovedBatch batch;
            try {
                batch = commit(() -> context.runs().remove(run, due, from, context.batchSize()));
            } catch (DataAccessException e) {
                findings.refused(due, CleanupRuns.refusal(e).orElseThrow(() -> e), CleanupRuns.message(e));
                return false;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            if (batch.removed() > 0) {
                context.listener().removed(due.table().table(), batch.removed());
            }
            next = batch.next();
            if (next != null) {
                context.pace().rest(context.pace().afterBatch(took));
            }
        } while (next != null);
        return true;
    }

    /** The database refuses to remove more rows than were archived, so only fewer are possible. */
    private boolean isAllRemoved(DueDay due, @Nullable ArchivedFile file) {
        if (file == null) {
            return true;
        }
        long archived = file.rows().values().stream().mapToLong(n -> n).sum();
        long removed = context.runs().removals(run).stream()
                .filter(r -> file.name().equals(r.archive()))
                .mapToLong(Removal::rows)
                .sum();
        if (removed != archived) {
            giveUp(
                    due,
                    Message.of(
                            "problem.day-not-all-removed",
                            due.table().table(),
                            due.day().toString(),
                            archived,
                            file.name(),
                            removed));
        }
        return removed == archived;
    }

    private void giveUp(DueDay due, Message problem) {
        findings.refused(Refusal.NOT_ARCHIVED, problem);
        givenUp.add(due.table());
    }

    /** Commits a step. One that meets a lock, or another process that adds to the seals, is tried again. */
    <T> T commit(Supplier<T> step) {
        for (int n = 1; ; n++) {
            try {
                return context.transaction().execute(status -> step.get());
            } catch (DataAccessException e) {
                if (n == TRIES || !(e instanceof DuplicateKeyException || SqlStates.isInUse(e))) {
                    throw e;
                }
                context.pace().rest(Duration.ofMillis(100L * n));
            }
        }
    }

    /**
     * A day that may go.
     *
     * @param due without the types that were refused
     * @param file the archive of its rows; null: there is none
     * @param holds how often a legal hold had been placed or released
     */
    private record Proven(DueDay due, Proof proof, @Nullable ArchivedFile file, long holds) {}

    /**
     * What all runs share.
     *
     * @param snapshot transactions that read everything as it was when they began
     * @param folder of the archives; null: nothing is archived
     * @param reading the data source of what is archived
     */
    record SweepContext(
            CleanupRuns runs,
            RemovalSeals seals,
            TransactionTemplate transaction,
            TransactionTemplate snapshot,
            Pace pace,
            CleanupListener listener,
            int batchSize,
            @Nullable Path folder,
            DataSource reading) {}
}
