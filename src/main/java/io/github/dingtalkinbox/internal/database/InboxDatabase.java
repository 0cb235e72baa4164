package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.function.SingletonSupplier;

/**
 * The database of the inbox.
 *
 * <p>Safe for use by many threads.
 */
public final class InboxDatabase {
    private final DataSource dataSource;
    private final SingletonSupplier<PlatformTransactionManager> transactionManager;

    /** @param transactionManager asked once, at the first use */
    public InboxDatabase(DataSource dataSource, Supplier<PlatformTransactionManager> transactionManager) {
        this.dataSource = dataSource;
        this.transactionManager = SingletonSupplier.of(transactionManager);
    }

    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * That of the data source. To be asked for when the tables are there: JPA's needs entities, and those may need tables.
     *
     * @throws ConfigurationProblem if the application has none
     */
    public PlatformTransactionManager transactionManager() {
        return transactionManager.obtain();
    }
}
