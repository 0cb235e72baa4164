package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.seal.Seal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the {@code event_seals} table from its first seal to its last.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class SealChain {
    private static final int PAGE = 1000;

    private static final String FIND = """
            select * from inbox.event_seals where seal_number = :number
            """;

    // A view, which an auditor may read who may not see payloads.
    private static final String COUNT = """
            select count(*) from inbox.audit_seals
            """;

    private static final String KEY_IDS = """
            select distinct key_id from inbox.event_seals
            """;

    private static final String NEXT = """
            select *
              from inbox.event_seals
             where seal_number > :after
             order by seal_number
             limit %d
            """.formatted(PAGE);

    private final JdbcClient jdbc;

    SealChain(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Seal> find(long number) {
        return jdbc.sql(FIND)
                .param("number", number)
                .query((row, n) -> Seal.of(row))
                .optional();
    }

    long count() {
        return jdbc.sql(COUNT).query(Long.class).single();
    }

    /** The ids of all keys that made seals. */
    Set<String> keyIds() {
        return jdbc.sql(KEY_IDS).query(String.class).set();
    }

    /** The next seals after this number; empty if there are none. */
    List<Seal> after(long number) {
        return jdbc.sql(NEXT)
                .param("after", number)
                .query((row, n) -> Seal.of(row))
                .list();
    }
}
