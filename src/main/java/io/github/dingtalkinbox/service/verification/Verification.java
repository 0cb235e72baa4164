package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.seal.Seal;
import io.github.dingtalkinbox.internal.seal.SealKey;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.seal.SealedContent;
import io.github.dingtalkinbox.internal.seal.SealedEvents;
import io.github.dingtalkinbox.internal.text.Message;
import io.github.dingtalkinbox.service.verification.SealChain.StoredSeal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * One walk along the chain, hour by hour. Each hour is read in one snapshot, in a transaction of its own, because the
 * cleanup may remove its seals and events meanwhile. One transaction for everything would hold up vacuum and the seals.
 */
final class Verification {
    private static final Duration HOUR = Duration.ofHours(1);

    private final SealedEvents sealedEvents;
    private final SealKeys keys;
    private final SealChain seals;
    private final UnsealedEvents events;
    private final TransactionTemplate transactions;
    private final Consumer<Instant> progress;
    private final SealFindingList findings = new SealFindingList();

    Verification(DataSource dataSource, SealKeys keys, Consumer<Instant> progress) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.sealedEvents = new SealedEvents(jdbc);
        this.keys = keys;
        this.seals = new SealChain(jdbc);
        this.events = new UnsealedEvents(jdbc);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.transactions.setReadOnly(true);
        this.progress = progress;
    }

    SealFindings run(@Nullable ChainHead kept) {
        Walk walk = Walk.START;
        for (SealedHour hour = read(0); !hour.seals().isEmpty(); hour = read(walk.number())) {
            if (walk.last() == null) {
                requireNoneBefore(hour.hour());
            }
            for (StoredSeal stored : hour.seals()) {
                walk = check(stored, hour, walk);
            }
            requireSeals(hour);
            progress.accept(hour.hour());
        }
        requireNoneInTheFuture();
        compare(kept, walk.last());
        return walk.result(findings);
    }

    /** The hour of the next seal, with its consecutive seals. */
    private SealedHour read(long after) {
        return transactions.execute(status -> {
            List<StoredSeal> next = seals.ofNextHour(after);
            if (next.isEmpty()) {
                return SealedHour.NONE;
            }
            Instant hour = next.get(0).seal().hour();
            Map<String, SealedContent> contents = sealedEvents.ofHour(hour, type -> keyOf(type, next), () -> false);
            Map<String, SealedContent> unsealed = new LinkedHashMap<>(contents);
            unsealed.keySet().removeAll(seals.types(hour));
            long first = next.get(0).seal().number();
            int following = 1;
            while (following < next.size() && next.get(following).seal().number() == first + following) {
                following++;
            }
            return new SealedHour(hour, next.subList(0, following), contents, unsealed);
        });
    }

    /** Removed events cannot be checked. */
    private Optional<SealKey> keyOf(String type, List<StoredSeal> ofHour) {
        return ofHour.stream()
                .filter(stored -> stored.seal().eventType().equals(type) && !stored.removed())
                .findFirst()
                .flatMap(stored -> key(stored.seal()));
    }

    private Optional<SealKey> key(Seal seal) {
        return keys.all().stream().filter(key -> key.id().equals(seal.keyId())).findFirst();
    }

    private Walk check(StoredSeal stored, SealedHour hour, Walk walk) {
        Seal seal = stored.seal();
        Optional<SealKey> key = key(seal);
        List<String> computed = computed(seal, key, walk);
        if (seal.number() != walk.number() + 1) {
            findings.add(missing(walk.number() + 1, seal));
        } else if (key.isEmpty()) {
            findings.addOnce(
                    "key " + seal.keyId(), Message.of("seal.unknown-key", seal.keyId(), seal.number(), seal.hour()));
        } else if (!computed.contains(seal.seal())) {
            findings.add(Message.of("seal.seal-changed", place(seal)));
        }
        if (!stored.removed()) {
            compare(seal, hour.contents().getOrDefault(seal.eventType(), SealedContent.EMPTY), key.isPresent());
        }
        return walk.to(stored, computed);
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

    private void compare(Seal seal, SealedContent found, boolean comparable) {
        long difference = found.events() - seal.events();
        if (difference == 0 && (!comparable || found.equals(new SealedContent(seal.events(), seal.content())))) {
            return;
        }
        if (difference == 0) {
            findings.add(Message.of("seal.events-changed", place(seal), found.events()));
            return;
        }
        findings.add(Message.of(
                difference < 0 ? "seal.events-removed" : "seal.events-added",
                place(seal),
                found.events(),
                Math.abs(difference)));
    }

    private void requireSeals(SealedHour hour) {
        hour.unsealed()
                .forEach((type, content) -> findings.addOnce(
                        hour.hour() + " " + type,
                        Message.of("seal.without-seal", hour.hour(), type, content.events())));
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

    private void compare(@Nullable ChainHead kept, @Nullable Seal last) {
        if (kept == null) {
            return;
        }
        Optional<Seal> stored = seals.find(kept.number());
        if (stored.isEmpty()) {
            findings.add(
                    last == null
                            ? Message.of("seal.all-cut-off", kept.number())
                            : Message.of("seal.cut-off", last.number(), last.hour(), kept.number()));
        } else if (!ChainHead.of(stored.get()).equals(kept)) {
            findings.add(Message.of("seal.not-the-head", place(stored.get())));
        }
    }

    private static Message missing(long from, Seal next) {
        long to = next.number() - 1;
        return from == to
                ? Message.of("seal.missing", from, place(next))
                : Message.of("seal.several-missing", from, to, place(next));
    }

    /** Which seal a finding is about. It has no type if no event was processed in the hour. */
    private static Message place(Seal seal) {
        return seal.eventType().isEmpty()
                ? Message.of("seal.place-without-type", seal.hour(), seal.number())
                : Message.of("seal.place", seal.hour(), seal.eventType(), seal.number());
    }

    /**
     * An hour, in one snapshot.
     *
     * @param seals consecutive ones
     * @param contents of all types
     * @param unsealed those of types without a seal
     */
    private record SealedHour(
            Instant hour,
            List<StoredSeal> seals,
            Map<String, SealedContent> contents,
            Map<String, SealedContent> unsealed) {
        private static final SealedHour NONE = new SealedHour(Instant.EPOCH, List.of(), Map.of(), Map.of());
    }

    /**
     * The progress of the walk.
     *
     * @param previous what the next seal may contain as the seal before it: the stored value and, if that was changed,
     *     the right one
     */
    private record Walk(
            @Nullable Seal last,
            List<String> previous,
            long seals,
            long events,
            long removed,
            @Nullable Instant removedUpTo) {
        private static final Walk START = new Walk(null, List.of(Seal.NONE), 0, 0, 0, null);

        private long number() {
            return last == null ? 0 : last.number();
        }

        private Walk to(StoredSeal stored, List<String> computed) {
            Seal seal = stored.seal();
            return new Walk(
                    seal,
                    Stream.concat(Stream.of(seal.seal()), computed.stream())
                            .distinct()
                            .limit(2)
                            .toList(),
                    seals + 1,
                    events + (stored.removed() ? 0 : seal.events()),
                    removed + (stored.removed() ? 1 : 0),
                    stored.removed() ? seal.hour().plus(HOUR) : removedUpTo);
        }

        private SealFindings result(SealFindingList findings) {
            return new SealFindings(
                    seals,
                    events,
                    removed,
                    removedUpTo,
                    last == null ? null : last.hour().plus(HOUR),
                    last == null ? null : ChainHead.of(last),
                    findings.first(),
                    findings.more());
        }
    }
}
