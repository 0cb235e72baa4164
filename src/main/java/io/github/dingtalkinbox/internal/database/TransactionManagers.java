package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The transaction managers of the application. That of the data source has to be found: with another one, the record of
 * an event and its effect would not be in one transaction.
 */
record TransactionManagers(Candidates<PlatformTransactionManager> candidates, DataSource dataSource) {
    /**
     * The one that was chosen; otherwise the only or primary one of the application, if it manages the data source;
     * otherwise the only one that does.
     *
     * @throws ConfigurationProblem if there is no such one
     */
    PlatformTransactionManager find(
            @Nullable String name,
            ObjectProvider<PlatformTransactionManager> annotated,
            ObjectProvider<PlatformTransactionManager> usual) {
        PlatformTransactionManager chosen = candidates.chosen(name, annotated).orElse(null);
        if (chosen != null) {
            if (!manages(chosen)) {
                throw candidates.problem("The transaction manager that was chosen for the inbox does not manage its"
                        + " DataSource, so an event and its effect would not be in one transaction.");
            }
            return chosen;
        }
        PlatformTransactionManager theUsual = usual.getIfUnique();
        if (theUsual != null && manages(theUsual)) {
            return theUsual;
        }
        List<PlatformTransactionManager> its =
                candidates.all().stream().filter(this::isOnlyFor).toList();
        if (its.size() != 1) {
            throw candidates.problem(
                    its.isEmpty()
                            ? "There is no transaction manager for the DataSource that the inbox uses, so an event and"
                                    + " its effect would not be in one transaction. Define one, such as a"
                                    + " JdbcTransactionManager."
                            : "There are several transaction managers for the DataSource that the inbox uses.");
        }
        return its.get(0);
    }

    private boolean manages(PlatformTransactionManager manager) {
        if (manager instanceof ResourceTransactionManager its && its.getResourceFactory() instanceof DataSource) {
            return isOnlyFor(manager);
        }
        // JPA's manages more than a data source, and does not tell which one. A transaction shows it.
        try {
            return Boolean.TRUE.equals(new TransactionTemplate(manager)
                    .execute(transaction -> TransactionSynchronizationManager.hasResource(dataSource)));
        } catch (CannotCreateTransactionException e) {
            return true; // no connection, which is reported elsewhere
        }
    }

    /** Does not begin a transaction: the manager may be that of a message broker. */
    private boolean isOnlyFor(PlatformTransactionManager manager) {
        return manager instanceof ResourceTransactionManager its && its.getResourceFactory() == dataSource;
    }
}
