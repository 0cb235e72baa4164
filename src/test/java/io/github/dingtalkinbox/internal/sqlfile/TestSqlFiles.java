package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.EventHandler;
import java.util.List;
import javax.sql.DataSource;

/** SQL files for the tests of other features. */
public final class TestSqlFiles {
    private TestSqlFiles() {}

    /** The handlers that one file makes, of which one wants its events. */
    public static List<EventHandler> handlers(DataSource dataSource, String eventType, String text) {
        SqlFiles files = new SqlFiles(List.of(SqlFile.parse(eventType, new SourceFile(eventType + ".sql", text))));
        return List.of(
                new SqlFileHandler(files.byType(false), dataSource),
                new SqlFileBatchHandler(files.byType(true), dataSource));
    }
}
