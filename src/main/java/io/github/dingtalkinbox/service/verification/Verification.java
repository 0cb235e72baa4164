package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.seal.Seal;
import io.github.dingtalkinbox.internal.seal.SealKey;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.seal.SealedLog;
import io.github.dingtalkinbox.internal.seal.SealedLog.ComparedDay;
import io.github.dingtalkinbox.internal.text.Message;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One check of everything that is sealed: first the chain, seal by seal; then the rows, day by day; then the chain from
 * where it ended to what was added meanwhile. Each day is read in one snapshot, in a transaction of its own, because the
 * cleanup may remove its rows meanwhile. One transaction for everything would hold up vacuum and the seals.
 */
final class Verification {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final SealKeys keys;
    private final SealChain seals;
    private final SealedLog log;
    private final UnsealedEvents events;
    private final TransactionTemplate transactions;
    private final Consumer<Instant> progress;
    private final SealFindingList findings = new SealFindingList();

    Verification(DataSource dataSource, SealKeys keys, Consumer<Instant> progress) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.keys = keys;
        this.seals = new SealChain(jdbc);
        this.log = new SealedLog(jdbc, keys);
        this.events = new UnsealedEvents(jdbc);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.transactions.setReadOnly(true);
        this.progress = progress;
    }

    SealFindings run(List<ChainHead> kept) {
        Walk walk = chain(Walk.START);
        Seal first = walk.first();
        Compared compared =
                first == null ? Compared.NOTHING : compare(first.what().hour());
        walk = chain(walk);
        requireNoneInTheFuture();
        for (ChainHead head : kept) {
            compare(head, walk.last());
        }
        return new SealFindings(
                walk.seals(),
                compared.events(),
                compared.removed(),
                compared.removedUpTo(),
                walk.sealedUpTo(),
                walk.last() == null ? null : ChainHead.of(walk.last()),
                findings.first(),
                findings.more());
    }

    /** Computes every seal again that follows. */
    private Walk chain(Walk from) {
        Walk walk = from;
        List<Seal> next = seals.after(walk.number());
        while (!next.isEmpty()) {
            for (Seal seal : next) {
                walk = check(seal, walk);
            }
            next = seals.after(walk.number());
        }
        return walk;
    }

    private Walk check(Seal seal, Walk walk) {
        Optional<SealKey> key = keys.find(seal.keyId());
        List<String> computed = computed(seal, key, walk);
        if (seal.number() != walk.number() + 1) {
            findings.add(missing(walk.number() + 1, seal));
        } else if (key.isEmpty()) {
            findings.addOnce(
                    "key " + seal.keyId(),
                    Message.of(
                            "seal.unknown-key",
                            seal.keyId(),
                            seal.number(),
                            seal.what().hour()));
        } else if (!computed.contains(seal.seal())) {
            findings.add(Message.of("seal.seal-changed", seal.place()));
        }
        return walk.to(seal, computed);
    }

    /** The possible values of the seal: several if it is unclear which seal came before, none if that is missing. */
    private static List<String> computed(Seal seal, Optional<SealKey> key, Walk walk) {
        if (key.isEmpty() || seal.number() != walk.number() + 1) {
            return List.of();
        }
        return walk.previous().stream()
                .map(previous -> seal.computed(key.get(), previous))
                .toList();
    }

    /** Compares the rows with their seals. */
    private Compared compare(Instant first) {
        requireNoneBefore(first);
        Compared compared = Compared.NOTHING;
        Instant until = log.sealedUntil().orElse(first);
        for (Instant day = first.truncatedTo(ChronoUnit.DAYS); day.isBefore(until); day = day.plus(DAY)) {
            Instant its = day;
            ComparedDay found = transactions.execute(status -> log.compareDay(its, first, progress));
            found.wrong().forEach(findings::add);
            compared = compared.and(day, found);
        }
        transactions.executeWithoutResult(status -> log.compareApprovals(findings::add));
        transactions.executeWithoutResult(status -> log.compareRuns(findings::add));
        return compared;
    }

    private void requireNoneBefore(Instant first) {
        long before = events.before(first);
        if (before > 0) {
            findings.add(Message.of("seal.before-the-first", before, first));
        }
    }

    private void requireNoneInTheFuture() {
        long future = events.inTheFuture();
        if (future > 0) {
            findings.add(Message.of("seal.in-the-future", future));
        }
    }

    private void compare(ChainHead kept, @Nullable Seal last) {
        Optional<Seal> stored = seals.find(kept.number());
        if (stored.isEmpty()) {
            findings.addOnce(
                    "cut off",
                    last == null
                            ? Message.of("seal.all-cut-off", kept.number())
                            : Message.of(
                                    "seal.cut-off", last.number(), last.what().hour(), kept.number()));
        } else if (!ChainHead.of(stored.get()).equals(kept)) {
            findings.add(Message.of("seal.not-the-head", stored.get().place()));
        }
    }

    private static Message missing(long from, Seal next) {
        long to = next.number() - 1;
        return from == to
                ? Message.of("seal.missing", from, next.place())
                : Message.of("seal.several-missing", from, to, next.place());
    }

    /**
     * The rows that were compared so far.
     *
     * @param events sealed, and still there
     * @param removed events that the cleanup removed
     * @param removedUpTo end of the last day of which it removed some; null: none
     */
    private record Compared(
            long events, long removed, @Nullable Instant removedUpTo) {
        private static final Compared NOTHING = new Compared(0, 0, null);

        private Compared and(Instant day, ComparedDay found) {
            return new Compared(
                    events + found.events(),
                    removed + found.removed(),
                    found.removed() > 0 ? day.plus(DAY) : removedUpTo);
        }
    }

    /**
     * The progress along the chain.
     *
     * @param previous what the next seal may contain as the seal before it: the stored value and, if that was changed,
     *     the right one
     */
    private record Walk(
            @Nullable Seal first,
            @Nullable Seal last,
            List<String> previous,
            long seals,
            @Nullable Instant sealedUpTo) {
        private static final Walk START = new Walk(null, null, List.of(Seal.NONE), 0, null);

        private long number() {
            return last == null ? 0 : last.number();
        }

        private Walk to(Seal seal, List<String> computed) {
            return new Walk(
                    first == null ? seal : first,
                    seal,
                    Stream.concat(Stream.of(seal.seal()), computed.stream())
                            .distinct()
                            .limit(2)
                            .toList(),
                    seals + 1,
                    seal.what().run() == null ? seal.what().hour().plus(HOUR) : sealedUpTo);
        }
    }
}
