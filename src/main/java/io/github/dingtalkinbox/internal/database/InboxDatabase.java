package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.function.SingletonSupplier;

/** The database of the inbox. */
public final class InboxDatabase {
    private final DataSource dataSource;
    private final SingletonSupplier<PlatformTransactionManager> transactionManager;

    /** @param transactionManager called once, at the first use */
    public InboxDatabase(DataSource dataSource, Supplier<PlatformTransactionManager> transactionManager) {
        this.dataSource = dataSource;
        this.transactionManager = SingletonSupplier.of(transactionManager);
    }

    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * The transaction manager of the data source. Ask for it when the tables exist: that of JPA needs entities, which
     * may need tables.
     *
     * @throws ConfigurationProblem if the application has none
     */
    public PlatformTransactionManager transactionManager() {
        return transactionManager.obtain();
    }
}
