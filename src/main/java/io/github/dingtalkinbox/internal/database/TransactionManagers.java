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

/** The transaction managers of the application, one of which must be the data source's: else the record of an event and its effect would part. */
record TransactionManagers(Candidates<PlatformTransactionManager> candidates, DataSource dataSource) {
    /**
     * The one that was chosen; else the only or primary one of the application, if it is the data source's; else the only
     * one that is.
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
                throw candidates.problem("The transaction manager that was chosen for the inbox is not one of its"
                        + " DataSource, so the record of an event and its effect would part.");
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
                            ? "There is no transaction manager of the DataSource that the inbox uses, so the record of"
                                    + " an event and its effect would part. Define one, such as a"
                                    + " JdbcTransactionManager."
                            : "There are several transaction managers of the DataSource that the inbox uses.");
        }
        return its.get(0);
    }

    private boolean manages(PlatformTransactionManager manager) {
        if (manager instanceof ResourceTransactionManager its && its.getResourceFactory() instanceof DataSource) {
            return isOnlyFor(manager);
        }
        // JPA's has more than a data source, and says so of none. What it does shows it.
        try {
            return Boolean.TRUE.equals(new TransactionTemplate(manager)
                    .execute(transaction -> TransactionSynchronizationManager.hasResource(dataSource)));
        } catch (CannotCreateTransactionException e) {
            return true; // no connection, which is told elsewhere
        }
    }

    /** Never by a transaction: it may be a message broker's. */
    private boolean isOnlyFor(PlatformTransactionManager manager) {
        return manager instanceof ResourceTransactionManager its && its.getResourceFactory() == dataSource;
    }
}
