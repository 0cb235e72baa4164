package io.github.dingtalkinbox.service.operations;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Places and releases legal holds: what the cleanup must not remove. Both are recorded for good, and sealed. */
public final class LegalHolds {
    private final HeldRows rows;
    private final TransactionTemplate transaction;

    public LegalHolds(DataSource dataSource) {
        this.rows = new HeldRows(JdbcClient.create(dataSource));
        // A host application's connections may have auto-commit off.
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /** Places a hold, and returns its id. */
    public UUID place(HeldEvents events, Instruction instruction) {
        return transaction.execute(status -> rows.place(events, instruction));
    }

    /** Releases a hold. False if there is none, or it was released before. */
    public boolean release(UUID hold, Instruction instruction) {
        return transaction.execute(status -> rows.release(hold, instruction));
    }

    /** All holds, the latest first. */
    public List<PlacedHold> all() {
        return rows.all();
    }

    /**
     * What a hold keeps: the events to which all that is given applies, and their duplicates.
     *
     * @param approval DingTalk's processInstanceId; null, here and below: any
     * @param from processed at this time or later
     * @param to processed before this time
     */
    public record HeldEvents(
            @Nullable String approval,
            @Nullable String corpId,
            @Nullable String eventType,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /**
     * A hold.
     *
     * @param releasedAt null: it holds
     */
    public record PlacedHold(
            UUID id,
            HeldEvents events,
            Instant placedAt,
            String operator,
            String reason,
            @Nullable Instant releasedAt) {}
}
