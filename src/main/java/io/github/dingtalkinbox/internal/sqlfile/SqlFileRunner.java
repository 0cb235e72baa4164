package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Event;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Runs SQL files in the transaction of the calling thread. */
final class SqlFileRunner {
    private final DataSource dataSource;

    SqlFileRunner(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void run(SqlFile file, List<Event> events) {
        var connection = DataSourceUtils.getConnection(dataSource);
        try {
            file.run(connection, events.stream().map(RelationRow::of).toList());
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }
}
