package io.github.dingtalkinbox.internal.schema;

import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The {@code application} table: whose inbox it is. */
final class OwningApplication {
    private static final String FIND = """
            select name from inbox.application
            """;

    private static final String CLAIM = """
            insert into inbox.application (name) values (:name) on conflict do nothing
            """;

    private final JdbcClient jdbc;
    /** A pool may be without auto-commit. */
    private final TransactionTemplate transaction;

    private final String name;

    /** @param name of the application that starts */
    OwningApplication(DataSource dataSource, String name) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.name = name;
    }

    /** Claims the inbox if no application has. Of several at the same moment, one gets it. */
    void claim() {
        if (requireOurs().isEmpty()) {
            transaction.executeWithoutResult(
                    status -> jdbc.sql(CLAIM).param("name", name).update());
            requireOurs();
        }
    }

    /**
     * Lets the application go on if the inbox is its own, or not claimed yet.
     *
     * @return whose it is
     * @throws UnsuitableDatabase if it is another one's
     */
    Optional<String> requireOurs() {
        Optional<String> owner = jdbc.sql(FIND).query(String.class).optional();
        owner.filter(other -> !other.equals(name)).ifPresent(other -> {
            throw new UnsuitableDatabase(
                    "The inbox in this database belongs to the application \"" + other + "\", and this one is \"" + name
                            + "\": its events would be processed without the handlers that they are for.",
                    List.of(
                            "Give each application a database of its own: name another one in spring.datasource.url.",
                            "Or, if it is the same application under another name, say so: inbox.name=" + other));
        });
        return owner;
    }
}
