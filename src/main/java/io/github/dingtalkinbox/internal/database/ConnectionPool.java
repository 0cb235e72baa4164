package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;

/**
 * The pool that the connections come from.
 *
 * <p>Safe for use by many threads.
 */
public final class ConnectionPool {
    private final DataSource pool;
    private final DatabaseProperties properties;
    private final DataSourcePoolMetadataProvider known;

    /** @param known pools, as Spring Boot knows them */
    ConnectionPool(DataSource pool, DatabaseProperties properties, List<DataSourcePoolMetadataProvider> known) {
        this.pool = pool;
        this.properties = properties;
        this.known = new CompositeDataSourcePoolMetadataProvider(known);
    }

    /**
     * Who may use how many.
     *
     * @param workers that there should be
     * @throws ConfigurationProblem if there are too few, or nobody knows how many
     */
    public ConnectionShares share(int workers) {
        int all = size();
        Integer application = properties.applicationConnections();
        return ConnectionShares.of(all, application == null ? all / 4 : application, workers);
    }

    private int size() {
        Integer said = properties.connections();
        Integer found = found();
        if (said != null) {
            if (found != null && said > found) {
                throw new ConfigurationProblem(
                        "inbox.connections is " + said + ", but the pool of the inbox's DataSource has only " + found
                                + ".",
                        "Remove inbox.connections, which is for pools that do not say it themselves, or make the pool"
                                + " larger.");
            }
            return said;
        }
        if (found != null) {
            return found;
        }
        throw new ConfigurationProblem(
                "The pool of the inbox's DataSource (" + pool.getClass().getName()
                        + ") does not say how many connections it has.",
                "Set inbox.connections to the largest number that it may have: for Druid, to what"
                        + " spring.datasource.druid.max-active is.");
    }

    /** A pool without a limit says so by a negative number. */
    private @Nullable Integer found() {
        DataSourcePoolMetadata metadata = known.getDataSourcePoolMetadata(pool);
        Integer most = metadata == null ? null : metadata.getMax();
        return most == null || most < 0 ? null : most;
    }
}
