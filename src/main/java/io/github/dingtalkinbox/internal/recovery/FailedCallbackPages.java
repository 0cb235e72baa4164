package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The {@code failed_callback_pages} table. Every statement is a transaction of its own, committed when the call
 * returns: a page that has arrived must be stored even if the transaction that holds the turn is lost.
 */
final class FailedCallbackPages {
    // Repeated after a commit whose confirmation was lost, it finds its own row.
    private static final String INSERT = """
            insert into inbox.failed_callback_pages (app, page_id, received_at, body)
            values (:app, :page_id, :received_at, :body)
                on conflict do nothing
            """;

    private static final String DELETE = """
            delete from inbox.failed_callback_pages
             where app = :app
               and page_id = :page_id
            """;

    private static final String UNPROCESSED = """
            select page_id
              from inbox.failed_callback_pages
             where app = :app
               and processed_at is null
             order by recorded_at, page_id
            """;

    private static final String FIND = """
            select page_id, received_at, body, waiting_elements
              from inbox.failed_callback_pages
             where app = :app
               and page_id = :page_id
            """;

    private static final String UPDATE = """
            update inbox.failed_callback_pages
               set processed_at = case when cast(:waiting as integer[]) is null then now() end,
                   waiting_elements = cast(:waiting as integer[]),
                   new_events = new_events + :new_events,
                   duplicates = duplicates + :duplicates,
                   unreadable_elements = unreadable_elements + :unreadable,
                   problem = coalesce(problem, :problem)
             where app = :app
               and page_id = :page_id
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    FailedCallbackPages(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
        // A host application's connections may have auto-commit off.
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    void insert(String app, Page page) {
        commit(jdbc.sql(INSERT)
                .param("app", app)
                .param("page_id", page.id())
                .param("received_at", SqlTimes.parameter(page.receivedAt()))
                .param("body", page.body()));
    }

    void delete(String app, UUID page) {
        commit(jdbc.sql(DELETE).param("app", app).param("page_id", page));
    }

    /** The pages that are not processed, the oldest first. */
    List<UUID> unprocessed(String app) {
        return jdbc.sql(UNPROCESSED).param("app", app).query(UUID.class).list();
    }

    Page find(String app, UUID page) {
        return jdbc.sql(FIND)
                .param("app", app)
                .param("page_id", page)
                .query((row, n) ->
                        new Page(page, SqlTimes.instant(row, "received_at"), row.getBytes("body"), integers(row)))
                .single();
    }

    void update(String app, UUID page, PageResult result) {
        commit(jdbc.sql(UPDATE)
                .param("app", app)
                .param("page_id", page)
                .param("new_events", result.newEvents())
                .param("duplicates", result.duplicates())
                .param("unreadable", result.unreadable())
                .param("problem", result.problem(), Types.VARCHAR)
                .param("waiting", result.waiting().isEmpty() ? null : literal(result.waiting()), Types.VARCHAR));
    }

    private void commit(JdbcClient.StatementSpec statement) {
        transaction.executeWithoutResult(status -> statement.update());
    }

    private static String literal(List<Integer> positions) {
        return positions.toString().replace('[', '{').replace(']', '}');
    }

    private static @Nullable List<Integer> integers(ResultSet row) throws SQLException {
        Array array = row.getArray("waiting_elements");
        return array == null ? null : List.of((Integer[]) array.getArray());
    }

    /**
     * An answer of DingTalk.
     *
     * @param waiting the positions of the elements that are still to be received; null: all
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Page(
            UUID id,
            Instant receivedAt,
            byte[] body,
            @Nullable List<Integer> waiting) {}

    /**
     * What became of the elements of a page.
     *
     * @param waiting the positions of those that could not be received
     * @param problem why something could not be read
     */
    record PageResult(
            int newEvents,
            int duplicates,
            int unreadable,
            List<Integer> waiting,
            @Nullable String problem) {}
}
