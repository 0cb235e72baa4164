package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;

/** The pool of the inbox's connections. */
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
     * Shares out the connections.
     *
     * @param workers that there should be
     * @throws ConfigurationProblem if there are too few connections, or their number is unknown
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
                        "Remove inbox.connections, which is for pools whose size is unknown, or make the pool"
                                + " larger.");
            }
            return said;
        }
        if (found != null) {
            return found;
        }
        throw new ConfigurationProblem(
                "The pool of the inbox's DataSource (" + pool.getClass().getName()
                        + ") does not tell how many connections it may have.",
                "Set inbox.connections to that number: for Druid, the value of spring.datasource.druid.max-active.");
    }

    /** A negative number means a pool without a limit. */
    private @Nullable Integer found() {
        DataSourcePoolMetadata metadata = known.getDataSourcePoolMetadata(pool);
        Integer most = metadata == null ? null : metadata.getMax();
        return most == null || most < 0 ? null : most;
    }
}
